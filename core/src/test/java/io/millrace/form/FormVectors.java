package io.millrace.form;

import java.util.List;

/**
 * Bodies as clients send them: captured from these programs, or what RFC 7578 and RFC 2046 say.
 * What a parser tells of them is a line for each part.
 */
final class FormVectors {

    /** @param told each part as {@code name|file name|type|bytes}; null: there is none */
    record Vector(String name, String contentType, String body, List<String> told) {

        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Vector> ALL = List.of(
            vector("Chromium 150",
                    "----WebKitFormBoundaryFJ1X8IJ48e6bIy3P", """
                    ------WebKitFormBoundaryFJ1X8IJ48e6bIy3P
                    Content-Disposition: form-data; name="a"

                    1
                    ------WebKitFormBoundaryFJ1X8IJ48e6bIy3P
                    Content-Disposition: form-data; name="na%22me%0D%0Ax"

                    zü
                    ------WebKitFormBoundaryFJ1X8IJ48e6bIy3P
                    Content-Disposition: form-data; name="file"; filename="q%22uote 你😀%0A.txt"
                    Content-Type: text/plain

                    hello

                    ------WebKitFormBoundaryFJ1X8IJ48e6bIy3P
                    Content-Disposition: form-data; name="file"; filename="dir\\b\\.bin"
                    Content-Type: application/octet-stream


                    ------WebKitFormBoundaryFJ1X8IJ48e6bIy3P
                    Content-Disposition: form-data; name="none"; filename=""
                    Content-Type: application/octet-stream


                    ------WebKitFormBoundaryFJ1X8IJ48e6bIy3P--
                    """,
                    "a|null|null|1", "na\"me\r\nx|null|null|zü",
                    "file|q\"uote 你😀\n.txt|text/plain|hello\r\n",
                    "file|.bin|application/octet-stream|", "none||application/octet-stream|"),
            vector("Chromium 150, a form without fields",
                    "----WebKitFormBoundary5scrA3aFGfEFT5VF",
                    "------WebKitFormBoundary5scrA3aFGfEFT5VF--\n"),
            vector("curl 7.88",
                    "------------------------dfca1bbca0cf49e9", """
                    --------------------------dfca1bbca0cf49e9
                    Content-Disposition: form-data; name="f"; filename="q%22xy.txt"
                    Content-Type: text/plain

                    hi

                    --------------------------dfca1bbca0cf49e9
                    Content-Disposition: form-data; name="g"; filename="empty"
                    Content-Type: text/x


                    --------------------------dfca1bbca0cf49e9
                    Content-Disposition: form-data; name="h"


                    --------------------------dfca1bbca0cf49e9--
                    """,
                    "f|q\"xy.txt|text/plain|hi\r\n", "g|empty|text/x|", "h|null|null|"),
            vector("curl 7.88 --form-escape",
                    "------------------------93871d88a63ae576", """
                    --------------------------93871d88a63ae576
                    Content-Disposition: form-data; name="f\\\\"; filename="q\\"x.txt"
                    Content-Type: text/plain

                    hi
                    --------------------------93871d88a63ae576--
                    """, "f\\|q\"x.txt|text/plain|hi"),
            vector("Python requests 2.34",
                    "2fe361e624acf7c420cdba3491c7b1ad", """
                    --2fe361e624acf7c420cdba3491c7b1ad
                    Content-Disposition: form-data; name="a"

                    1
                    --2fe361e624acf7c420cdba3491c7b1ad
                    Content-Disposition: form-data; name="f"; filename="nämé %22q%22.txt"
                    Content-Type: text/plain

                    x
                    --
                    --2fe361e624acf7c420cdba3491c7b1ad--
                    """, "a|null|null|1", "f|nämé \"q\".txt|text/plain|x\r\n--"),
            vector("Node 20",
                    "----formdata-undici-064588115598", """
                    ------formdata-undici-064588115598
                    Content-Disposition: form-data; name="f"; filename="q%22ü.txt"
                    Content-Type: application/octet-stream

                    x
                    ------formdata-undici-064588115598--
                    """, "f|q\"ü.txt|application/octet-stream|x"),
            vector("Java, Apache HttpClient 4",
                    "aBoundary_1", """
                    --aBoundary_1
                    Content-Disposition: form-data; name="f"; filename="x.bin"
                    Content-Type: application/octet-stream
                    Content-Transfer-Encoding: binary

                    x
                    --aBoundary_1--
                    """, "f|x.bin|application/octet-stream|x"),

            vector("a path of Windows", "b", part("name=f; filename=\"C:\\dir\\x.txt\""),
                    "f|x.txt|null|x"),
            vector("a path in a folder", "b", part("name=f; filename=\"../dir/x.txt\""),
                    "f|x.txt|null|x"),
            vector("a path whose end is escaped", "b", part("name=f; filename=\"..%2Fx\""),
                    "f|..%2Fx|null|x"),
            // RFC 7578 s4.2.
            vector("filename* is ignored", "b", part("name=f; filename*=utf-8''x.txt"),
                    "f|null|null|x"),
            vector("filename* beside filename", "b",
                    part("name=f; filename=a; filename*=utf-8''b"), "f|a|null|x"),
            vector("a backslash before the last quote", "b", part("filename=a; name=\"f\\\""),
                    "f\\|a|null|x"),
            vector("other escapes stay", "b", part("name=\"%41%0d%22\""), "%41%0d\"|null|null|x"),
            vector("names in any case, spaces and no end", "b",
                    "--b\nCONTENT-disposition:Form-Data ; NAME=f ;filename=a;\n\nx\n--b--\n",
                    "f|a|null|x"),
            vector("an empty name", "b", part("name=\"\""), "|null|null|x"),

            // RFC 2046 s5.1.1.
            vector("a preamble and an epilogue", "b",
                    "ignore --b\n--\n--b\n" + field("a") + "\n1\n--b--\nignore\n--b\n--b--",
                    "a|null|null|1"),
            vector("an empty line before the first boundary", "b",
                    "\n--b\n" + field("a") + "\n1\n--b--", "a|null|null|1"),
            vector("padding behind boundaries", "b",
                    "--b \t\n" + field("a") + "\n1\n--b  \n" + field("c") + "\n2\n--b--\t \n",
                    "a|null|null|1", "c|null|null|2"),
            vector("no content and no line for it", "b", "--b\n" + field("a") + "\n--b--",
                    "a|null|null|"),
            vector("content that begins like a boundary", "b",
                    "--b\n" + field("a") + "\n--x\n--b--", "a|null|null|--x"),
            vector("content of one line break", "b",
                    "--b\n" + field("a") + "\n\n\n--b--", "a|null|null|\r\n"),
            vector("content that is almost the delimiter", "bound", """
                    --bound
                    Content-Disposition: form-data; name=a


                    --boun

                    --bou --bound

                    -
                    --boune
                    --bound--
                    """, "a|null|null|\r\n--boun\r\n\r\n--bou --bound\r\n\r\n-\r\n--boune"),
            vector("a boundary of 70 bytes", "0123456789".repeat(7),
                    "--" + "0123456789".repeat(7) + "\n" + field("a") + "\n1\n--"
                            + "0123456789".repeat(7) + "--", "a|null|null|1"),
            new Vector("a boundary in quotes",
                    "Multipart/Form-Data;charset=utf-8; Boundary=\"b b\"",
                    crlf("--b b\n" + field("a") + "\n1\n--b b--"), List.of("a|null|null|1")),
            new Vector("a boundary of all characters without quotes",
                    "multipart/form-data; boundary='()+_,-./:=?",
                    crlf("--'()+_,-./:=?\n" + field("a") + "\n1\n--'()+_,-./:=?--"),
                    List.of("a|null|null|1")),
            vector("a multipart within", "outer",
                    "--outer\n" + field("f") + "Content-Type: multipart/mixed; boundary=in\n\n"
                            + "--in\nContent-Disposition: file; filename=x\n\n1\n--in--\n"
                            + "\n--outer--",
                    "f|null|multipart/mixed; boundary=in|--in\r\n"
                            + "Content-Disposition: file; filename=x\r\n\r\n1\r\n--in--\r\n"),
            new Vector("lone line ends in content", "multipart/form-data; boundary=b",
                    crlf("--b\n" + field("a") + "\n") + "\n--b\n\r--b--\r\r\n--b--",
                    List.of("a|null|null|\n--b\n\r--b--\r")));

    /** Bodies that are malformed, and what the refusal says of them. */
    static final List<Vector> MALFORMED = List.of(
            vector("empty", "b", "", "it has no boundary line"),
            vector("another boundary", "b", "--c\n" + field("a") + "\n1\n--c--",
                    "it has no boundary line"),
            vector("no end", "b", "--b\n" + field("a") + "\n1\n",
                    "its closing boundary is missing"),
            vector("cut in the last boundary", "b", "--b\n" + field("a") + "\n1\n--b-",
                    "its closing boundary is missing"),
            vector("a boundary that goes on", "b", "--b\n" + field("a") + "\n1\n--bc\n--b--",
                    "a line begins with the boundary, but is no delimiter"),
            vector("text behind the end", "b", "--b\n" + field("a") + "\n1\n--b--x",
                    "a line begins with the boundary, but is no delimiter"),
            vector("one dash behind a boundary", "b", "--b\n" + field("a") + "\n1\n--b-\n",
                    "a line begins with the boundary, but is no delimiter"),
            raw("bare LF behind the boundary", "--b\n" + field("a") + "\n1\n--b--",
                    "a line begins with the boundary, but is no delimiter"),
            raw("bare LF in a header", "--b\r\nContent-Disposition: form-data; name=a\n\n1",
                    "lines must end in CRLF"),
            raw("bare CR in a header",
                    "--b\r\nContent-Disposition: form-data; name=a\rX: y\r\n\r\n1\r\n--b--",
                    "a part's header has a control character"),
            raw("NUL in a file's name",
                    "--b\r\nContent-Disposition: form-data; name=a; filename=\"x\0y\"\r\n\r\n",
                    "a part's header has a control character"),
            raw("bare LF behind the end", "--b--\n",
                    "a line begins with the boundary, but is no delimiter"),
            vector("no header", "b", "--b\n\n1\n--b--",
                    "a part has no Content-Disposition: form-data"),
            vector("another disposition", "b",
                    "--b\nContent-Disposition: attachment; name=a\n\n1\n--b--",
                    "a part has no Content-Disposition: form-data"),
            vector("two dispositions", "b", "--b\n" + field("a") + field("b") + "\n1\n--b--",
                    "a part has more than one content-disposition"),
            vector("two encodings, one of which would be refused", "b", "--b\n" + field("a")
                    + "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 8bit\n\nMQ=="
                    + "\n--b--", "a part has more than one content-transfer-encoding"),
            vector("a folded line", "b",
                    "--b\nContent-Disposition: form-data;\n name=a\n\n1\n--b--",
                    "a line of a part's header has no field name"),
            vector("a space before the colon", "b",
                    "--b\nContent-Disposition : form-data; name=a\n\n1\n--b--",
                    "a line of a part's header has no field name"),
            vector("no name", "b", part("filename=a"), "a part has no name"),
            vector("two names", "b", part("name=a; name=b"),
                    "the parameter name is given more than once"),
            vector("an open quote", "b", part("name=\"a"), "a quote is not closed"),
            vector("a quote that is closed too early", "b", part("name=\"a\"b\""),
                    "there is text after the parameter name"),
            vector("a field's name that ends in a backslash could hide a file's", "b",
                    part("name=\"a\\\"; filename=\"b\""),
                    "there is text after the parameter name"),
            vector("no value", "b", part("name="), "a parameter has no value"),
            vector("a space in a plain value", "b", part("name=a b"),
                    "there is text after the parameter name"),
            vector("a parameter without a name", "b", part("name=a; =b"),
                    "a parameter has no name"),
            vector("a file named dot dot", "b", part("name=a; filename=\"x/..\""),
                    "a file's name is that of a folder"),
            vector("a file named dot", "b", part("name=a; filename=\".\""),
                    "a file's name is that of a folder"),
            vector("a file named as a folder", "b", part("name=a; filename=\"x/\""),
                    "a file's name is that of a folder"),
            vector("a type that is not ASCII", "b",
                    "--b\n" + field("a") + "Content-Type: tëxt\n\n1\n--b--",
                    "a part's Content-Type is not in ASCII"));

    private FormVectors() {
    }

    private static Vector vector(String name, String boundary, String lines, String... told) {
        return new Vector(name, "multipart/form-data; boundary=" + boundary, crlf(lines),
                List.of(told));
    }

    private static Vector raw(String name, String body, String refusal) {
        return new Vector(name, "multipart/form-data; boundary=b", body, List.of(refusal));
    }

    private static String crlf(String lines) {
        return lines.replace("\n", "\r\n");
    }

    static String field(String name) {
        return "Content-Disposition: form-data; name=" + name + "\n";
    }

    private static String part(String parameters) {
        return "--b\nContent-Disposition: form-data; " + parameters + "\n\nx\n--b--\n";
    }
}
