package io.millrace.wire;

import static io.millrace.wire.WireAnswer.ok;
import static io.millrace.wire.WireVector.refused;
import static io.millrace.wire.WireVector.served;
import static io.millrace.wire.WireVectors.GET;

import java.util.ArrayList;
import java.util.List;

/** Field lines: names, values and the ends of lines (RFC 9112 s5, RFC 9110 s5). */
final class FieldLineVectors {

    private static final String NAME = "RFC 9110 s5.1";
    private static final String VALUE = "RFC 9110 s5.5";
    private static final String LINE = "RFC 9112 s5";
    private static final String FOLD = "RFC 9112 s5.2";
    private static final String PARSING = "RFC 9112 s2.2";

    private FieldLineVectors() {
    }

    static List<WireVector> all() {
        List<WireVector> vectors = new ArrayList<>();
        names(vectors);
        values(vectors);
        lines(vectors);
        folds(vectors);
        requests(vectors);
        return vectors;
    }

    /** A GET with one more field line, which is taken. */
    private static WireVector takes(String name, String section, String line) {
        return served(name, section, GET + line + "\r\n\r\n", ok("GET /"));
    }

    private static WireVector refuses(String name, String section, String line) {
        return refused(name, section, 400, GET + line + "\r\n\r\n");
    }

    private static void names(List<WireVector> to) {
        to.add(takes("everyTokenCharacterMayBeInAName", NAME, "!#$%&'*+-.^_`|~09azAZ: b"));
        to.add(takes("nameOfOneCharacterIsTaken", NAME, "x: b"));
        to.add(takes("nameOfDigitsIsTaken", NAME, "1: b"));
        to.add(refuses("emptyNameIsRefused", LINE, ": b"));
        to.add(refuses("colonAloneIsRefused", LINE, ":"));
        to.add(refused("emptyNameAsTheFirstFieldIsRefused", LINE, 400,
                "GET / HTTP/1.1\r\n: b\r\nHost: h\r\n\r\n"));
        to.add(refuses("lineWithoutAColonIsRefused", LINE, "NoColonHere"));
        to.add(refuses("nameAndValueBesideEachOtherAreRefused", LINE, "Content-Length 5"));
        to.add(refuses("spaceBeforeTheColonIsRefused", "RFC 9112 s5.1", "X-A : b"));
        to.add(refuses("tabBeforeTheColonIsRefused", "RFC 9112 s5.1", "X-A\t: b"));
        to.add(refuses("spaceInTheNameIsRefused", NAME, "X A: b"));
        for (char c : "\"(),/;<=>?@[\\]{}".toCharArray()) {
            to.add(refuses("delimiter " + c + " in a name is refused", NAME, "X" + c + "A: b"));
        }
        for (int c = 0; c <= 0x20; c++) {
            to.add(refuses("control 0x" + WireVectors.hex(c) + " in a name is refused", NAME,
                    "X" + (char) c + "A: b"));
        }
        for (int c : new int[] {0x7f, 0x80, 0x85, 0xa0, 0xef, 0xff}) {
            to.add(refuses("byte 0x" + WireVectors.hex(c) + " in a name is refused", NAME,
                    "X" + (char) c + ": b"));
        }
        to.add(refuses("utf8InANameIsRefused", NAME, "X-T\303\253st: b"));
        to.add(refuses("nonAsciiSpaceBeforeTheColonIsRefused", NAME, "Content-Length\205: 5"));
    }

    private static void values(List<WireVector> to) {
        to.add(takes("emptyValueIsTaken", VALUE, "X-A:"));
        to.add(takes("valueOfSpacesIsEmpty", VALUE, "X-A: \t "));
        to.add(takes("valueRightBehindTheColonIsTaken", VALUE, "X-A:b"));
        to.add(takes("spacesAndTabsAroundAValueAreTaken", VALUE, "X-A: \t b \t"));
        to.add(takes("spacesAndTabsInAValueAreTaken", VALUE, "X-A: b \t c"));
        to.add(takes("everyVisibleCharacterMayBeInAValue", VALUE,
                "X-A: !\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~"));
        to.add(takes("obsTextInAValueIsTaken", VALUE, "X-A: \200\240\351\377"));
        to.add(takes("utf8InAValueIsTaken", VALUE, "X-A: caf\303\251"));
        to.add(takes("colonInAValueIsTaken", VALUE, "X-A: b: c"));
        to.add(takes("unclosedQuoteInAValueIsTaken", VALUE, "X-A: \"b"));
        for (int c = 0; c < 0x20; c++) {
            if (c != '\t') {
                to.add(refuses("control 0x" + WireVectors.hex(c) + " in a value is refused",
                        VALUE, "X-A: b" + (char) c + "c"));
            }
        }
        to.add(refuses("deleteInAValueIsRefused", VALUE, "X-A: b\177c"));
        to.add(refuses("nulAtTheEndOfAValueIsRefused", VALUE, "X-A: b\0"));
        to.add(refuses("nulAtTheStartOfAValueIsRefused", VALUE, "X-A: \0b"));
        to.add(refuses("nulRightBehindTheColonIsRefused", VALUE, "X-A:\0"));
        to.add(refuses("verticalTabBeforeAValueIsRefused", VALUE, "X-A:\13b"));
        to.add(refuses("formFeedBehindAValueIsRefused", VALUE, "X-A: b\f"));
        to.add(refuses("nulAndCrInAValueAreRefused", VALUE, "X-A: v\0\ralue"));
        to.add(takes("spaceInsideANameLikeValueIsTaken", VALUE, "X-A: Content-Length: 5"));
    }

    private static void lines(List<WireVector> to) {
        to.add(refused("bareLfAfterAFieldIsRefused", PARSING, 400,
                "GET / HTTP/1.1\r\nHost: h\nX-A: b\r\n\r\n"));
        to.add(refused("bareLfAfterAnEmptyValueIsRefused", PARSING, 400,
                GET + "X-A:\nTransfer-Encoding: chunked\r\n\r\n"));
        to.add(refused("bareLfInAValueCanNotHideAField", PARSING, 400,
                GET + "X-A: x\nContent-Length: 34\r\n\r\n" + WireVectors.NEXT));
        to.add(refused("bareLfBeforeTheEmptyLineIsRefused", PARSING, 400,
                "GET / HTTP/1.1\r\nHost: h\n\r\n"));
        to.add(refused("bareLfAsTheEmptyLineIsRefused", PARSING, 400,
                "GET / HTTP/1.1\r\nHost: h\r\n\n"));
        to.add(refused("bareCrAfterAFieldIsRefused", PARSING, 400,
                "GET / HTTP/1.1\r\nHost: h\rX-A: b\r\n\r\n"));
        to.add(refused("bareCrAfterAnEmptyValueIsRefused", PARSING, 400,
                GET + "X-A:\rTransfer-Encoding: chunked\r\n\r\n"));
        to.add(refused("bareCrInANameIsRefused", PARSING, 400, GET + "X\rA: b\r\n\r\n"));
        to.add(refused("bareCrAtTheStartOfALineIsRefused", PARSING, 400,
                GET + "\rX-A: b\r\n\r\n"));
        to.add(refused("twoCrAfterAFieldAreRefused", PARSING, 400, GET + "X-A: b\r\r\n\r\n"));
        to.add(refused("twoCrAsTheEmptyLineAreRefused", PARSING, 400, GET + "\r\r\n"));
        to.add(refused("crAndAnotherByteAreNotTheEmptyLine", PARSING, 400,
                GET + "\rZGET /evil HTTP/1.1\r\nHost: h\r\n\r\n"));
        to.add(refused("crAndAnotherByteAreNotALineEnd", PARSING, 400,
                GET + "X-A: b\rZ\r\n\r\n"));
        to.add(refused("lfBeforeCrAfterAFieldIsRefused", PARSING, 400,
                GET + "X-A: b\n\r\r\n\r\n"));
        to.add(refused("nameBrokenOverTwoLinesIsRefused", LINE, 400,
                WireVectors.POST + "Transfer-\r\nEncoding: chunked\r\nContent-Length: 5\r\n\r\n"
                        + "0\r\n\r\n"));
    }

    private static void folds(List<WireVector> to) {
        to.add(refused("foldedValueIsRefused", FOLD, 400, GET + "X-A: b\r\n c\r\n\r\n"));
        to.add(refused("valueFoldedWithATabIsRefused", FOLD, 400, GET + "X-A: b\r\n\tc\r\n\r\n"));
        to.add(refused("valueThatBeginsWithAFoldIsRefused", FOLD, 400,
                GET + "X-A:\r\n b\r\n\r\n"));
        to.add(refused("foldOfTheLastFieldIsRefused", FOLD, 400,
                "GET / HTTP/1.1\r\nHost: h\r\n  more\r\n\r\n"));
        to.add(refused("foldOfSpacesAloneIsRefused", FOLD, 400, GET + "X-A: b\r\n \r\n\r\n"));
        to.add(refused("foldedNameIsRefused", FOLD, 400, GET + "X-A\r\n : b\r\n\r\n"));
        to.add(refused("foldedFieldCanNotHideALength", FOLD, 400,
                WireVectors.POST + "X-A: b\r\n Content-Length: 38\r\n\r\n" + WireVectors.NEXT));
        to.add(refused("spaceBeforeTheFirstFieldIsRefused", PARSING, 400,
                "GET / HTTP/1.1\r\n Host: h\r\n\r\n"));
        to.add(refused("tabBeforeTheFirstFieldIsRefused", PARSING, 400,
                "GET / HTTP/1.1\r\n\tHost: h\r\n\r\n"));
        to.add(refused("lineOfASpaceBeforeTheFirstFieldIsRefused", PARSING, 400,
                "GET / HTTP/1.1\r\n \r\nHost: h\r\n\r\n"));
    }

    private static void requests(List<WireVector> to) {
        to.add(takes("repeatedFieldIsTaken", "RFC 9110 s5.3", "X-A: b\r\nX-A: c"));
        to.add(takes("twoCookieFieldsAreTaken", "RFC 6265 s5.4", "Cookie: a=1\r\nCookie: b=2"));
        to.add(takes("emptyCookieIsTaken", "RFC 6265 s5.4", "Cookie:"));
        to.add(takes("malformedCookieIsTheHandlersMatter", "RFC 6265 s5.4", "Cookie: ===;;;"));
        to.add(refuses("nulInACookieIsRefused", VALUE, "Cookie: foo=\0bar"));
        to.add(refuses("controlsInACookieAreRefused", VALUE, "Cookie: foo=\1\2\3"));
        to.add(takes("twoContentTypesAreTheHandlersMatter", "RFC 9110 s8.3",
                "Content-Type: text/plain\r\nContent-Type: text/html"));
        to.add(takes("malformedRangeIsTheHandlersMatter", "RFC 9110 s14.2",
                "Range: bytes=abc-xyz"));
        to.add(takes("unknownAcceptIsTheHandlersMatter", "RFC 9110 s12.5.1",
                "Accept: application/x-nonsense"));
        to.add(takes("acceptedTransferCodingsAreIgnored", "RFC 9110 s10.1.4",
                "Connection: TE\r\nTE: trailers, deflate;q=0.5"));
        to.add(takes("underscoreDoesNotStandForADash", NAME, "Transfer_Encoding: chunked"));
        to.add(takes("lengthWithAnUnderscoreIsAnotherField", NAME, "Content_Length: 5"));
        to.add(takes("fieldsThatANativeClientSendsAreTaken", VALUE,
                "User-Agent: a/1.0 (b; c) d/2\r\nAccept: */*\r\nAccept-Encoding: gzip, br\r\n"
                + "Accept-Language: de,en;q=0.7\r\nCache-Control: no-cache\r\n"
                + "If-None-Match: \"a\", W/\"b\"\r\nX-Forwarded-For: 1.2.3.4"));
    }
}
