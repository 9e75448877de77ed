package io.millrace.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Immutable {@link Headers}: names and values in turn. Threads: any. */
final class FieldList implements Headers {

    static final FieldList EMPTY = new FieldList(new String[0]);

    /** Which characters of ASCII a token may have: those that are seen, less the delimiters. */
    private static final boolean[] TOKEN = new boolean[0x7f];

    static {
        for (int c = ' ' + 1; c < TOKEN.length; c++) {
            TOKEN[c] = "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
        }
    }

    private final String[] namesAndValues;

    private FieldList(String[] namesAndValues) {
        this.namesAndValues = namesAndValues;
    }

    /** These fields and one more. */
    FieldList plus(String name, String value) {
        check(name, value);
        String[] longer = Arrays.copyOf(namesAndValues, namesAndValues.length + 2);
        longer[longer.length - 2] = name;
        longer[longer.length - 1] = value;
        return new FieldList(longer);
    }

    /** These fields with one value for a name, in the place of its first line. */
    FieldList set(String name, String value) {
        if (!contains(name)) {
            return plus(name, value);
        }
        check(name, value);
        List<String> kept = new ArrayList<>(namesAndValues.length);
        boolean placed = false;
        for (int i = 0; i < size(); i++) {
            if (!name(i).equalsIgnoreCase(name)) {
                kept.addAll(List.of(name(i), value(i)));
            } else if (!placed) {
                placed = true;
                kept.addAll(List.of(name, value));
            }
        }
        return new FieldList(kept.toArray(new String[0]));
    }

    /** These fields without those called {@code name}. */
    FieldList without(String name) {
        if (!contains(name)) {
            return this;
        }
        List<String> kept = new ArrayList<>(namesAndValues.length);
        for (int i = 0; i < size(); i++) {
            if (!name(i).equalsIgnoreCase(name)) {
                kept.addAll(List.of(name(i), value(i)));
            }
        }
        return new FieldList(kept.toArray(new String[0]));
    }

    @Override
    public int size() {
        return namesAndValues.length / 2;
    }

    @Override
    public String name(int index) {
        return namesAndValues[2 * index];
    }

    @Override
    public String value(int index) {
        return namesAndValues[2 * index + 1];
    }

    @Override
    public String toString() {
        return Arrays.toString(namesAndValues);
    }

    /** Throws if a field could be read as anything but this name and this value. */
    static void check(String name, String value) {
        checkName(name);
        checkValue(name, value);
    }

    // RFC 9110 s5.1: field-name = token.
    private static void checkName(String name) {
        boolean token = !name.isEmpty();
        for (int i = 0; i < name.length() && token; i++) {
            char c = name.charAt(i);
            token = c < TOKEN.length && TOKEN[c];
        }
        if (!token) {
            throw new IllegalArgumentException("invalid field name: \"" + name + "\"");
        }
    }

    // RFC 9110 s5.5: visible characters, space and tab; a CR or LF here would end the line early.
    private static void checkValue(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7f || c > 0xff) {
                throw new IllegalArgumentException("invalid character 0x"
                        + Integer.toHexString(c) + " in the value of field " + name);
            }
        }
    }
}
