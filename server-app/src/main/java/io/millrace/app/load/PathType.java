package io.millrace.app.load;

import io.millrace.app.cli.FlagType;

/**
 * The path of a URL, perhaps with a query, as a request line has it.
 *
 * <p>Threads: any.
 */
final class PathType extends FlagType<String> {

    static final FlagType<String> TYPE = new PathType();

    private PathType() {
        super("PATH");
    }

    @Override
    public String read(String text) {
        // RFC 9112 s3.2: anything else has to be percent-encoded.
        if (text.startsWith("/") && text.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '#')) {
            return text;
        }
        throw new IllegalArgumentException("a path such as /folder/name, percent-encoded");
    }
}
