package io.millrace.content;

import io.millrace.content.StructuredFields.DisplayString;
import io.millrace.content.StructuredFields.InnerList;
import io.millrace.content.StructuredFields.Item;
import io.millrace.content.StructuredFields.Member;
import io.millrace.content.StructuredFields.Token;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parses one structured field by the algorithms of RFC 9651 section 4.2, a method each.
 *
 * <p>Threads: one at a time.
 */
final class StructuredParser {

    private static final int MAX_INTEGER_DIGITS = 15;
    private static final int MAX_DECIMAL_CHARS = 16;
    private static final int MAX_WHOLE_DIGITS = 12;
    private static final int MAX_FRACTION_DIGITS = 3;

    private final String field;
    private final String text;
    private int at;

    /**
     * A parser of one value.
     *
     * @param field its name, for the refusal
     * @param text all its lines, joined by commas
     */
    StructuredParser(String field, String text) {
        this.field = field;
        this.text = text;
    }

    // Section 4.2.2.
    Map<String, Member> dictionary() throws HttpException {
        Map<String, Member> members = new LinkedHashMap<>();
        skipSpaces();
        while (at < text.length()) {
            String key = key();
            Member member = skip('=') ? member() : new Item(true, parameters());
            members.put(key, member); // the last of a key counts
            separator();
        }
        return Collections.unmodifiableMap(members);
    }

    // Section 4.2.1.
    List<Member> list() throws HttpException {
        List<Member> members = new ArrayList<>();
        skipSpaces();
        while (at < text.length()) {
            members.add(member());
            separator();
        }
        return Collections.unmodifiableList(members);
    }

    /** A field that is an item and nothing else. */
    Item single() throws HttpException {
        skipSpaces();
        Item item = item();
        skipSpaces();
        if (at < text.length()) {
            throw malformed();
        }
        return item;
    }

    /** Goes behind a member: to the next one, which must be there after a comma, or the end. */
    private void separator() throws HttpException {
        skipBlanks();
        if (at == text.length()) {
            return;
        }
        expect(',');
        skipBlanks();
        if (at == text.length()) {
            throw malformed();
        }
    }

    private Member member() throws HttpException {
        return peek() == '(' ? innerList() : item();
    }

    // Section 4.2.1.2.
    private InnerList innerList() throws HttpException {
        expect('(');
        List<Item> items = new ArrayList<>();
        while (true) {
            skipSpaces();
            if (skip(')')) {
                return new InnerList(Collections.unmodifiableList(items), parameters());
            }
            items.add(item());
            if (peek() != ' ' && peek() != ')') {
                throw malformed();
            }
        }
    }

    private Item item() throws HttpException {
        Object value = bareItem();
        return new Item(value, parameters());
    }

    // Section 4.2.3.2.
    private Map<String, Object> parameters() throws HttpException {
        if (peek() != ';') {
            return Map.of();
        }
        Map<String, Object> parameters = new LinkedHashMap<>();
        while (skip(';')) {
            skipSpaces();
            String key = key();
            parameters.put(key, skip('=') ? bareItem() : Boolean.TRUE);
        }
        return Collections.unmodifiableMap(parameters);
    }

    // Section 4.2.3.3.
    private String key() throws HttpException {
        int start = at;
        if (!isLower(peek()) && peek() != '*') {
            throw malformed();
        }
        while (isLower(peek()) || isDigit(peek()) || isOneOf("_-.*")) {
            at++;
        }
        return text.substring(start, at);
    }

    // Section 4.2.3.1.
    private Object bareItem() throws HttpException {
        int c = peek();
        if (c == '-' || isDigit(c)) {
            return number();
        }
        if (isAlpha(c) || c == '*') {
            return token();
        }
        at++;
        return switch (c) {
            case '"' -> string();
            case ':' -> bytes();
            case '?' -> bool();
            case '@' -> date();
            case '%' -> displayString();
            default -> throw malformed();
        };
    }

    // Section 4.2.4.
    private Number number() throws HttpException {
        int start = at;
        skip('-');
        int first = at;
        skipDigits();
        int wholeDigits = at - first;
        if (wholeDigits == 0) {
            throw malformed();
        }
        if (peek() != '.') {
            if (wholeDigits > MAX_INTEGER_DIGITS) {
                throw malformed();
            }
            return Long.valueOf(text.substring(start, at));
        }
        at++;
        int point = at;
        skipDigits();
        int fractionDigits = at - point;
        if (wholeDigits > MAX_WHOLE_DIGITS || fractionDigits == 0
                || fractionDigits > MAX_FRACTION_DIGITS || at - first > MAX_DECIMAL_CHARS) {
            throw malformed();
        }
        return new BigDecimal(text.substring(start, at));
    }

    private void skipDigits() {
        while (isDigit(peek())) {
            at++;
        }
    }

    // Section 4.2.5; the opening quote is behind.
    private String string() throws HttpException {
        StringBuilder string = new StringBuilder();
        while (true) {
            char c = visible();
            if (c == '"') {
                return string.toString();
            }
            if (c == '\\') {
                c = visible();
                if (c != '"' && c != '\\') {
                    throw malformed();
                }
            }
            string.append(c);
        }
    }

    // Section 4.2.6.
    private Token token() {
        int start = at;
        while (isAlpha(peek()) || isDigit(peek()) || isOneOf("!#$%&'*+-.^_`|~:/")) {
            at++;
        }
        return new Token(text.substring(start, at));
    }

    // Section 4.2.7; the opening colon is behind. Padding may be missing, and nothing else.
    private byte[] bytes() throws HttpException {
        int end = text.indexOf(':', at);
        if (end < 0) {
            throw malformed();
        }
        String base64 = text.substring(at, end);
        at = end + 1;
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }

    // Section 4.2.8; the question mark is behind.
    private Boolean bool() throws HttpException {
        if (skip('1')) {
            return Boolean.TRUE;
        }
        expect('0');
        return Boolean.FALSE;
    }

    // Section 4.2.9; the at sign is behind.
    private Instant date() throws HttpException {
        if (number() instanceof Long second) {
            return Instant.ofEpochSecond(second);
        }
        throw malformed();
    }

    // Section 4.2.10; the percent sign is behind. Not by PercentEncoding, which is for paths: it
    // takes digits of both cases, and refuses the control characters that this may stand for.
    private DisplayString displayString() throws HttpException {
        expect('"');
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (true) {
            char c = visible();
            if (c == '"') {
                break;
            }
            bytes.write(c == '%' ? hexDigit() << 4 | hexDigit() : c);
        }
        try {
            return new DisplayString(StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray())).toString());
        } catch (CharacterCodingException e) {
            throw malformed();
        }
    }

    // Lower case only.
    private int hexDigit() throws HttpException {
        int digit = "0123456789abcdef".indexOf(peek()); // which finds no end
        if (digit < 0) {
            throw malformed();
        }
        at++;
        return digit;
    }

    /** The next character of a text, which is ASCII and no control character. */
    private char visible() throws HttpException {
        int c = peek();
        if (c < ' ' || c >= 0x7f) {
            throw malformed();
        }
        at++;
        return (char) c;
    }

    /** The next character; -1 at the end. */
    private int peek() {
        return at < text.length() ? text.charAt(at) : -1;
    }

    private boolean isOneOf(String chars) {
        return at < text.length() && chars.indexOf(text.charAt(at)) >= 0;
    }

    private boolean skip(char c) {
        boolean there = peek() == c;
        if (there) {
            at++;
        }
        return there;
    }

    private void expect(char c) throws HttpException {
        if (!skip(c)) {
            throw malformed();
        }
    }

    private void skipSpaces() {
        while (peek() == ' ') {
            at++;
        }
    }

    private void skipBlanks() {
        while (peek() == ' ' || peek() == '\t') {
            at++;
        }
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLower(int c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isAlpha(int c) {
        return isLower(c) || c >= 'A' && c <= 'Z';
    }

    private HttpException malformed() {
        return new HttpException(Status.BAD_REQUEST, field
                + " is malformed at character " + Math.min(at + 1, text.length() + 1));
    }
}
