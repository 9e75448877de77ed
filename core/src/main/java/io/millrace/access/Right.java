package io.millrace.access;

/**
 * What a token may be allowed to do.
 *
 * @since 0.1
 */
public enum Right {

    /** GET and HEAD of objects; {@code r} in a token file. */
    READ('r'),

    /** PUT of objects and folders, new ones or in place of others; {@code w} in a token file. */
    WRITE('w'),

    /** DELETE of objects and folders; {@code d} in a token file. */
    DELETE('d'),

    /** GET and HEAD of folders, which list what is in them; {@code l} in a token file. */
    LIST('l');

    private final char letter;

    Right(char letter) {
        this.letter = letter;
    }

    /** The letter that stands for it in a token file. */
    public char letter() {
        return letter;
    }
}
