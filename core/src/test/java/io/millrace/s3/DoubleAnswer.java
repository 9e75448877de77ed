package io.millrace.s3;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A response of the double: its status, its fields and its body. Not thread-safe. */
final class DoubleAnswer {

    final int status;
    final Map<String, String> fields = new LinkedHashMap<>();
    /** Null where {@link #length} zeros stand for bytes that were not kept. */
    final byte[] body;
    final long length;

    private DoubleAnswer(int status, byte[] body, long length) {
        this.status = status;
        this.body = body;
        this.length = length;
    }

    static DoubleAnswer of(int status) {
        return new DoubleAnswer(status, new byte[0], 0);
    }

    static DoubleAnswer of(int status, byte[] body, long length) {
        return new DoubleAnswer(status, body, length);
    }

    static DoubleAnswer text(int status, String type, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new DoubleAnswer(status, bytes, bytes.length).field("Content-Type", type);
    }

    static DoubleAnswer xml(int status, String elements) {
        return text(status, "application/xml",
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + elements);
    }

    /** In AWS's form: REST Error Responses. */
    static DoubleAnswer error(int status, String code, String message, Map<String, String> more) {
        return xml(status, errorElement(code, message, more));
    }

    static String errorElement(String code, String message, Map<String, String> more) {
        StringBuilder text = new StringBuilder("<Error><Code>").append(code)
                .append("</Code><Message>").append(escaped(message)).append("</Message>");
        more.forEach((name, value) -> text.append('<').append(name).append('>')
                .append(escaped(value)).append("</").append(name).append('>'));
        return text.append("<RequestId>").append(S3Double.REQUEST_ID)
                .append("</RequestId><HostId>double</HostId></Error>").toString();
    }

    DoubleAnswer field(String name, String value) {
        fields.put(name, value);
        return this;
    }

    DoubleAnswer fields(Map<String, String> more) {
        fields.putAll(more);
        return this;
    }

    /** The same, but for the byte in the middle of the body. */
    DoubleAnswer withOneByteWrong() {
        byte[] wrong = body.clone();
        wrong[wrong.length / 2] ^= 1;
        return new DoubleAnswer(status, wrong, length).fields(fields);
    }

    static String escaped(String text) {
        StringBuilder to = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '&' || c == '<' || c == '>' || c == '"') {
                to.append("&#x").append(Integer.toHexString(c)).append(';');
            } else {
                to.append(c);
            }
        }
        return to.toString();
    }
}
