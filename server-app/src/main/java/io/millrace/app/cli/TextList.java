package io.millrace.app.cli;

import java.util.List;

/**
 * Texts with commas in between.
 *
 * <p>Threads: any.
 */
public final class TextList extends FlagType<List<String>> {

    public static final FlagType<List<String>> NAMES = new TextList("NAME[,NAME...]");
    public static final FlagType<List<String>> NETWORKS = new TextList("NETWORK[,NETWORK...]");
    public static final FlagType<List<String>> ORIGINS = new TextList("ORIGIN[,ORIGIN...]");

    private TextList(String form) {
        super(form);
    }

    @Override
    public List<String> read(String text) {
        return List.of(text.split(",", -1)); // the option checks each
    }

    @Override
    public String show(List<String> texts) {
        return String.join(",", texts);
    }

    @Override
    public boolean isList() {
        return true;
    }
}
