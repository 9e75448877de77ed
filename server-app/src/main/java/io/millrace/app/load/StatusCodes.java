package io.millrace.app.load;

import io.millrace.app.cli.FlagType;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Status codes with commas between them.
 *
 * <p>Threads: any.
 */
final class StatusCodes extends FlagType<Set<Integer>> {

    static final FlagType<Set<Integer>> TYPE = new StatusCodes();

    private static final FlagType<Long> CODE = numberIn(200, 599);

    private StatusCodes() {
        super("CODES");
    }

    @Override
    public Set<Integer> read(String text) {
        Set<Integer> codes = new TreeSet<>();
        for (String code : text.split(",", -1)) {
            try {
                codes.add(CODE.read(code).intValue());
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException("status codes such as 404,412", wrong);
            }
        }
        return codes;
    }

    @Override
    public String show(Set<Integer> codes) {
        return codes.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    @Override
    public boolean isList() {
        return true;
    }
}
