package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagSource;
import io.millrace.app.cli.Flags;
import io.millrace.app.cli.TextList;
import io.millrace.route.Filter;
import java.util.List;
import java.util.Map;

/**
 * The flags of what browsers may do, made when they are asked for.
 *
 * <p>Threads: main.
 */
final class BrowserFlags extends FlagSource {

    private static final String TITLE = "Browsers";
    private static final String CORS = "--cors";
    private static final String NO_PAGE = "--no-page";

    static final class Made {

        static final Flag<List<String>> ORIGINS = Flag.of(CORS, TextList.ORIGINS, List.of(),
                "other sites whose pages may use the store (CORS), such as https://app.example; * "
                        + "for all of them; may be repeated").standardText("none");

        static final Flag<Boolean> NO_PAGE = Flag.toggle(BrowserFlags.NO_PAGE,
                "show browsers the plain HTML listing that programs get, and accept no forms");

        private Made() {
        }
    }

    @Override
    public Flag<?> named(String name) {
        return name.equals(CORS) ? Made.ORIGINS : name.equals(NO_PAGE) ? Made.NO_PAGE : null;
    }

    @Override
    public void addTo(Map<String, List<Flag<?>>> groups) {
        Flags.add(groups, TITLE, Made.NO_PAGE);
        Flags.add(groups, TITLE, Made.ORIGINS);
    }

    /** What shows browsers the folders of a store that has listings; null for nothing. */
    static LatePage page(Arguments arguments) {
        boolean isPlain =
                arguments.settings().containsKey(NO_PAGE) && arguments.of(Made.NO_PAGE);
        return isPlain ? null : new LatePage();
    }

    /**
     * What lets pages of the sites use the store that the flag names; null without the flag.
     *
     * @param mayAllWrite whether a client needs no token to change what is kept
     * @throws CommandException if one is no origin, or all are not safe
     */
    static Filter cors(Arguments arguments, boolean mayAllWrite) throws CommandException {
        return arguments.settings().containsKey(CORS)
                ? OtherOrigins.cors(arguments, mayAllWrite) : null;
    }
}
