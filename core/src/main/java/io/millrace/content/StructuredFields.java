package io.millrace.content;

import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Structured field values (RFC 9651): fields that are a dictionary, a list or a single item. The
 * parser is as strict as section 4.2 requires: one error makes the whole field malformed.
 *
 * <p>A bare item is one of these objects:
 *
 * <table>
 * <caption>Types of items</caption>
 * <tr><th>RFC 9651</th><th>object</th></tr>
 * <tr><td>Integer</td><td>{@link Long}</td></tr>
 * <tr><td>Decimal</td><td>{@link java.math.BigDecimal}</td></tr>
 * <tr><td>String</td><td>{@link String}</td></tr>
 * <tr><td>Token</td><td>{@link Token}</td></tr>
 * <tr><td>Byte Sequence</td><td>{@code byte[]}</td></tr>
 * <tr><td>Boolean</td><td>{@link Boolean}</td></tr>
 * <tr><td>Date</td><td>{@link java.time.Instant}</td></tr>
 * <tr><td>Display String</td><td>{@link DisplayString}</td></tr>
 * </table>
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class StructuredFields {

    /**
     * A member of a dictionary or list: an {@link Item} or an {@link InnerList}.
     *
     * @since 0.1
     */
    public sealed interface Member {

        /** The parameters in order: bare items by key; {@code true} for one without a value. */
        Map<String, Object> parameters();
    }

    /**
     * An item and its parameters (RFC 9651 section 3.3).
     *
     * @param value the bare item
     * @param parameters in order, unmodifiable
     * @since 0.1
     */
    public record Item(Object value, Map<String, Object> parameters) implements Member {
    }

    /**
     * Items in parentheses (RFC 9651 section 3.1.1).
     *
     * @param items in order, unmodifiable
     * @param parameters of the list itself, in order, unmodifiable
     * @since 0.1
     */
    public record InnerList(List<Item> items, Map<String, Object> parameters) implements Member {
    }

    /**
     * A short word without quotes (RFC 9651 section 3.3.4).
     *
     * @param text the word
     * @since 0.1
     */
    public record Token(String text) {

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * Unicode text for people (RFC 9651 section 3.3.8).
     *
     * @param text decoded
     * @since 0.1
     */
    public record DisplayString(String text) {

        @Override
        public String toString() {
            return text;
        }
    }

    private StructuredFields() {
    }

    /**
     * The members of a dictionary field. Several field lines are joined.
     *
     * @return in order, unmodifiable; empty if the field is missing or has no members
     * @throws HttpException 400 if the field is malformed
     */
    public static Map<String, Member> dictionary(Headers headers, String name)
            throws HttpException {
        StructuredParser parser = parser(headers, name);
        return parser == null ? Map.of() : parser.dictionary();
    }

    /**
     * The members of a list field. Several field lines are joined.
     *
     * @return in order, unmodifiable; empty if the field is missing or has no members
     * @throws HttpException 400 if the field is malformed
     */
    public static List<Member> list(Headers headers, String name) throws HttpException {
        StructuredParser parser = parser(headers, name);
        return parser == null ? List.of() : parser.list();
    }

    /**
     * The item of an item field.
     *
     * @return null if the field is missing
     * @throws HttpException 400 if the field is malformed, or it has more than one line
     */
    public static @Nullable Item item(Headers headers, String name) throws HttpException {
        if (headers.all(name).size() > 1) {
            throw new HttpException(Status.BAD_REQUEST, name + " must not be repeated");
        }
        StructuredParser parser = parser(headers, name);
        return parser == null ? null : parser.single();
    }

    private static StructuredParser parser(Headers headers, String name) {
        return headers.contains(name)
                ? new StructuredParser(name, String.join(", ", headers.all(name))) : null;
    }
}
