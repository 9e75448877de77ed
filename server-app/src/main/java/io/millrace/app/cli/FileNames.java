package io.millrace.app.cli;

import java.util.List;

/**
 * Names of files with commas in between.
 *
 * <p>Threads: any.
 */
public final class FileNames extends FlagType<List<String>> {

    public static final FlagType<List<String>> LIST = new FileNames();

    private FileNames() {
        super("FILE[,FILE...]");
    }

    @Override
    public List<String> read(String text) {
        List<String> names = List.of(text.split(",", -1));
        if (names.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("names of files, separated by commas");
        }
        return names;
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
