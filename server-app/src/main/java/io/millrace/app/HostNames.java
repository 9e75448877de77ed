package io.millrace.app;

import io.millrace.app.cli.FlagType;
import java.util.List;

/**
 * Names of hosts with commas in between.
 *
 * <p>Threads: any.
 */
final class HostNames extends FlagType<List<String>> {

    static final FlagType<List<String>> LIST = new HostNames();

    private HostNames() {
        super("NAME[,NAME...]");
    }

    @Override
    public List<String> read(String text) {
        return List.of(text.split(",", -1)); // the option checks each
    }

    @Override
    public String show(List<String> names) {
        return String.join(",", names);
    }

    @Override
    public boolean isList() {
        return true;
    }
}
