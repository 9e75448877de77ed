package io.millrace.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.content.StructuredFields.DisplayString;
import io.millrace.content.StructuredFields.InnerList;
import io.millrace.content.StructuredFields.Item;
import io.millrace.content.StructuredFields.Member;
import io.millrace.content.StructuredFields.Token;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9651 section 4.2: what is legal, as it reads, and what is malformed. */
class StructuredFieldsTest {

    private static final String[][] ITEMS = {
        {"1", "1"},
        {"0", "0"},
        {"-0", "0"},
        {"-1", "-1"},
        {"042", "42"},
        {"123456789012345", "123456789012345"},
        {"-123456789012345", "-123456789012345"},
        {"1.5", "1.5"},
        {"-1.5", "-1.5"},
        {"0.0", "0.0"},
        {"00.100", "0.100"},
        {"123456789012.123", "123456789012.123"},
        {"-123456789012.123", "-123456789012.123"},
        {"\"\"", "\"\""},
        {"\"a b\"", "\"a b\""},
        {"\"a\\\"b\\\\c\"", "\"a\"b\\c\""},
        {"\"!#~\"", "\"!#~\""},
        {"\"a, b;c=d\"", "\"a, b;c=d\""},
        {"a", "a"},
        {"A", "A"},
        {"Z", "Z"},
        {"*a", "*a"},
        {"*", "*"},
        {"a/b:c", "a/b:c"},
        {"a!#$%&'*+-.^_`|~1", "a!#$%&'*+-.^_`|~1"},
        {"text/html", "text/html"},
        {"::", "::"},
        {":AA==:", ":AA==:"},
        {":AA:", ":AA==:"},
        {":AAA:", ":AAA=:"},
        {":/+9=:", ":/+8=:"},
        {":aGVsbG8=:", ":aGVsbG8=:"},
        {":aGVsbG8:", ":aGVsbG8=:"},
        {"?1", "?1"},
        {"?0", "?0"},
        {"@0", "@0"},
        {"@1659578233", "@1659578233"},
        {"@-1", "@-1"},
        {"@253402300800", "@253402300800"},
        {"@999999999999999", "@999999999999999"},
        {"%\"\"", "%\"\""},
        {"%\"a b\"", "%\"a b\""},
        {"%\"f%c3%bc\"", "%\"f\u00fc\""},
        {"%\"%f0%9f%98%80\"", "%\"\ud83d\ude00\""},
        {"%\"a\\b\"", "%\"a\\b\""},
        {"%\"%25%22\"", "%\"%\"\""},
        {"%\"%00\"", "%\"\0\""},
        {"  1 ", "1"},
        {"1;a", "1;a=?1"},
        {"1;a=2;b=\"x\"", "1;a=2;b=\"x\""},
        {"1;  a=?0", "1;a=?0"},
        {"1;a=1;a=2", "1;a=2"},
        {"1;a=1;b=2;a=3", "1;a=3;b=2"},
        {"1;a=@5;n=%\"x\"", "1;a=@5;n=%\"x\""},
        {"1;*a_-.*9=x", "1;*a_-.*9=x"},
        {"1;a=:AA==:", "1;a=:AA==:"},
    };

    private static final String[] NO_ITEMS = {
        "", "-", "--1", "+1", "- 1", "1234567890123456", "-1234567890123456", "1.", ".1", "-.1",
        "1.1234", "1234567890123.1", "1.2.3", "1..2", "1e3", "0x1", "1a", "1 2", "1,2", "\"",
        "\"a", "a\"", "\"a\\b\"", "\"a\\", "\"\\", "\"a\tb\"", "\"\0\"", "\"\177\"",
        "\"\u00e9\"", "'a'", "a b", "a\"", "/a", ":a", ":", ":AA", ":AAA", ":!!:", ":a=GVsbG8=:",
        ":A:", ":AA=:", ":A===:", ":AA==AA==:", ":A A=:", ":-_==:", ":\u00e9:", "?", "?2", "?Q",
        "?true", "?10", "@", "@x", "@1.5", "@-", "@ 1", "@1234567890123456", "%", "%x", "%a\"",
        "%\"", "%\"a", "%\"%\"", "%\"%4\"", "%\"%C3%BC\"", "%\"%c3\"", "%\"%ff\"", "%\"%zz\"",
        "%\"%ed%a0%80\"", "%\"\u00e9\"", "%\"\t\"", "1;", "1;;", "1;A=1", "1;1=1", "1;a=",
        "1;a= 1", "1;a =1", "1 ;a=1", "1;a=(1)", "1;a,b", "(1)", "\t1", "1\t", "\u00e9", "&",
        "=", ",", ";a", "{}",
    };

    private static final String[][] DICTIONARIES = {
        {"", ""},
        {"a=1", "a=1"},
        {"a=1, b=2", "a=1, b=2"},
        {"a=1,b=2", "a=1, b=2"},
        {"a=1 ,\tb=-2.5", "a=1, b=-2.5"},
        {"  a=1  ", "a=1"},
        {"a=1\t", "a=1"},
        {"a", "a=?1"},
        {"a, b;x, c=?0", "a=?1, b=?1;x=?1, c=?0"},
        {"a=1,a=2", "a=2"},
        {"a=1,b=2,a=3", "a=3, b=2"},
        {"a=(1 2), b=()", "a=(1 2), b=()"},
        {"a=( 1   \"x\";p  );q=1", "a=(1 \"x\";p=?1);q=1"},
        {"*x_.-*=\"a, b\"", "*x_.-*=\"a, b\""},
        {"sha-256=:AAA=:;t=@1;n=%\"x\", md5=(a b)", "sha-256=:AAA=:;t=@1;n=%\"x\", md5=(a b)"},
        {"a;b=1;c", "a=?1;b=1;c=?1"},
        {"a=x/y:z", "a=x/y:z"},
    };

    private static final String[] NO_DICTIONARIES = {
        ",", "a=1,", "a=1, ", "a=1,,b=2", ",a=1", "A=1", "1=1", "_a=1", "-a=1", "a=", "a= 1",
        "a =1", "=1", "a=1 b=2", "a=1;b=2 c", "a b", "a=:AA", "a=1, b=:!!:", "a=1, b=?Q",
        "a=1, b=1.", "a=1, b=1234567890123456", "a=1, b=\"\\a\"", "a=1, b=\"a\tb\"", "a=(",
        "a=(1", "a=(1 2", "a=(1,2)", "a=(1\t2)", "a=(1\"x\")", "a=((1))", "a=(1))", "a=(1);",
        "a=)", "a=\"x", "a=1;B=2", "a=\u00e4", "\u00e4=1", "a=1\13",
    };

    private static final String[][] LISTS = {
        {"", ""},
        {"1", "1"},
        {"1, 2", "1, 2"},
        {"1 ,\t 2", "1, 2"},
        {"  1  ", "1"},
        {"a, \"b\", :AA==:, ?0, @1, %\"x\", 1.0", "a, \"b\", :AA==:, ?0, @1, %\"x\", 1.0"},
        {"a;p, b;q=1", "a;p=?1, b;q=1"},
        {"(a b), ()", "(a b), ()"},
        {"(a;p b);q, c", "(a;p=?1 b);q=?1, c"},
    };

    private static final String[] NO_LISTS = {
        ",", "1,", "1,,2", ",1", "1 2", "(1", "(1 2) 3", "(1),", "a=1", "1;",
    };

    static String[][] items() {
        return ITEMS;
    }

    static String[] noItems() {
        return NO_ITEMS;
    }

    static String[][] dictionaries() {
        return DICTIONARIES;
    }

    static String[] noDictionaries() {
        return NO_DICTIONARIES;
    }

    static String[][] lists() {
        return LISTS;
    }

    static String[] noLists() {
        return NO_LISTS;
    }

    /** A value of any character, as some of these could not be in a field that is sent. */
    private record One(String value) implements Headers {

        @Override
        public int size() {
            return 1;
        }

        @Override
        public String name(int index) {
            return "Field";
        }

        @Override
        public String value(int index) {
            return value;
        }
    }

    /** The canonical form, but for escapes. */
    private static String text(Member member) {
        String value = member instanceof Item item ? bare(item.value())
                : ((InnerList) member).items().stream().map(StructuredFieldsTest::text)
                        .collect(Collectors.joining(" ", "(", ")"));
        return value + member.parameters().entrySet().stream()
                .map(entry -> ";" + entry.getKey() + "=" + bare(entry.getValue()))
                .collect(Collectors.joining());
    }

    private static String bare(Object value) {
        if (value instanceof String string) {
            return '"' + string + '"';
        }
        if (value instanceof byte[] bytes) {
            return ":" + Base64.getEncoder().encodeToString(bytes) + ":";
        }
        if (value instanceof Boolean bool) {
            return bool ? "?1" : "?0";
        }
        if (value instanceof Instant date) {
            return "@" + date.getEpochSecond();
        }
        if (value instanceof DisplayString display) {
            return "%\"" + display.text() + '"';
        }
        return value.toString();
    }

    @ParameterizedTest
    @MethodSource("items")
    void itemIsRead(String field, String text) throws HttpException {
        assertEquals(text, text(StructuredFields.item(new One(field), "Field")));
    }

    @ParameterizedTest
    @MethodSource("noItems")
    void anythingElseIsNoItem(String field) {
        refused(() -> StructuredFields.item(new One(field), "Field"));
    }

    @ParameterizedTest
    @MethodSource("dictionaries")
    void dictionaryIsReadInOrder(String field, String text) throws HttpException {
        Map<String, Member> members = StructuredFields.dictionary(new One(field), "Field");
        assertEquals(text, members.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
                .collect(Collectors.joining(", ")));
    }

    @ParameterizedTest
    @MethodSource("noDictionaries")
    void anythingElseIsNoDictionary(String field) {
        refused(() -> StructuredFields.dictionary(new One(field), "Field"));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void listIsReadInOrder(String field, String text) throws HttpException {
        assertEquals(text, StructuredFields.list(new One(field), "Field").stream()
                .map(StructuredFieldsTest::text).collect(Collectors.joining(", ")));
    }

    @ParameterizedTest
    @MethodSource("noLists")
    void anythingElseIsNoList(String field) {
        refused(() -> StructuredFields.list(new One(field), "Field"));
    }

    private static void refused(Executable use) {
        HttpException refusal = assertThrows(HttpException.class, use);
        assertEquals(Status.BAD_REQUEST, refusal.status());
    }

    @Test
    void everyTypeHasAnObjectOfItsOwn() throws HttpException {
        String[] texts = {"1", "1.0", "\"a\"", "a", ":AA==:", "?1", "@1", "%\"a\""};
        List<Class<?>> types = List.of(Long.class, BigDecimal.class, String.class, Token.class,
                byte[].class, Boolean.class, Instant.class, DisplayString.class);
        for (int i = 0; i < texts.length; i++) {
            assertInstanceOf(types.get(i),
                    StructuredFields.item(Headers.of("A", texts[i]), "a").value());
        }
    }

    @Test
    void linesAreOneListOrDictionaryButNoItem() throws HttpException {
        Headers two = Headers.of("A", "a=1", "B", "x", "a", "b=2");
        assertEquals("[a, b]", StructuredFields.dictionary(two, "A").keySet().toString());
        assertEquals(2, StructuredFields.list(Headers.of("A", "1", "A", "2"), "A").size());
        refused(() -> StructuredFields.item(Headers.of("A", "1", "A", "2"), "A"));
        // RFC 9651 s4.2: joined with a comma, so that an empty line is one too many.
        refused(() -> StructuredFields.list(Headers.of("A", "1", "A", ""), "A"));
    }

    @Test
    void fieldThatIsAbsentHasNothing() throws HttpException {
        assertEquals(Map.of(), StructuredFields.dictionary(Headers.empty(), "A"));
        assertEquals(List.of(), StructuredFields.list(Headers.empty(), "A"));
        assertNull(StructuredFields.item(Headers.empty(), "A"));
    }

    @Test
    void refusalTellsFieldAndPlace() {
        HttpException refusal = assertThrows(HttpException.class,
                () -> StructuredFields.dictionary(Headers.of("A", "a=1, B=2"), "A"));
        assertEquals("A is malformed at character 6", refusal.getMessage());
        refusal = assertThrows(HttpException.class,
                () -> StructuredFields.dictionary(Headers.of("A", "a="), "A"));
        assertEquals("A is malformed at character 3", refusal.getMessage(), "behind its end");
    }
}
