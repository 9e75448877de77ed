package io.millrace.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.s3.S3Exception.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What engines write about objects, and what only looks like it. */
class ListsTest {

    private static Xml xml(String text) {
        return Xml.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static S3ListPage page(String elements) throws S3Exception {
        return Lists.objects(xml("<ListBucketResult>" + elements + "</ListBucketResult>"), "p/");
    }

    @Test
    void listWithoutAnEncodingIsTakenAsItIs() throws Exception {
        S3Listed object = page("<Contents><Key>p/a+%41 &amp;&#x20;</Key><Size>1</Size><ETag>e"
                + "</ETag></Contents>").objects().get(0);
        assertEquals("a+%41 & ", object.key());
        assertEquals("\"e\"", object.etag());
        assertNull(object.lastModified());
    }

    @Test
    void keyOfSpacesIsNoKeyOfNothing() throws Exception {
        assertEquals("  ", page("\n <Contents>\n <Key>p/  </Key>\n <Size>0</Size></Contents>")
                .objects().get(0).key());
    }

    @Test
    void emptyListIsEmpty() throws Exception {
        assertEquals(new S3ListPage(List.of(), List.of(), null),
                page("<IsTruncated>false</IsTruncated>"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<IsTruncated>true</IsTruncated>",
        "<Contents><Key>other/a</Key><Size>1</Size></Contents>",
        "<Contents><Key>p/a</Key><Size>many</Size></Contents>",
        "<Contents><Key>p/a</Key></Contents>",
        "<EncodingType>url</EncodingType><Contents><Key>p/%4</Key><Size>1</Size></Contents>",
        "<CommonPrefixes><Prefix>q/</Prefix></CommonPrefixes>"})
    void listThatCantBeTrustedIsMalformed(String elements) {
        assertEquals(Kind.MALFORMED,
                assertThrows(S3Exception.class, () -> page(elements)).kind());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html><br></html>", "<a>", "<a/><b/>", "{}", "<a>&e;</a>",
        "<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>",
        "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><a>&e;</a>",
        "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\"><a/>"})
    void whatIsNoDocumentOfAnEngineIsNone(String text) {
        assertNull(xml(text));
    }

    /** Engines send it while they put parts together, so that the connection isn't cut. */
    @ParameterizedTest
    @ValueSource(strings = {" ", "\n\n\n", "\r\n\t "})
    void spaceBeforeADocumentIsNoneOfIt(String space) {
        assertEquals("a", xml(space + "<?xml version=\"1.0\"?><a/>").name());
    }

    @Test
    void depthAndElementsAreBounded() {
        assertEquals("a", xml("<a>".repeat(8) + "</a>".repeat(8)).name());
        assertNull(xml("<a>".repeat(9) + "</a>".repeat(9)));
        assertEquals(49_999, xml("<a>" + "<b/>".repeat(49_999) + "</a>").all("b").size());
        assertNull(xml("<a>" + "<b/>".repeat(50_000) + "</a>"));
    }

    @Test
    void partsAreReadInTheirOrder() throws Exception {
        S3PartPage page = Lists.parts(xml("<ListPartsResult><IsTruncated>true</IsTruncated>"
                + "<NextPartNumberMarker>7</NextPartNumberMarker><Part><PartNumber>7</PartNumber>"
                + "<ETag>\"e\"</ETag><Size>5</Size><ChecksumSHA256>c=</ChecksumSHA256></Part>"
                + "</ListPartsResult>"));
        assertEquals(new S3PartPage(List.of(new S3Part(7, "\"e\"", 5, "c=")), 7), page);
    }
}
