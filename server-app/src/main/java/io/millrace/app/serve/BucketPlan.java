package io.millrace.app.serve;

import io.millrace.access.AccessRules;
import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.bucket.BucketOptions;
import io.millrace.bucket.BucketStore;
import io.millrace.option.OptionException;
import io.millrace.resume.ResumableUploads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A store in a bucket that the flags ask for.
 *
 * <p>Threads: main.
 */
final class BucketPlan implements StorePlan {

    /** The JDK's, in seconds: how long its HTTP client keeps an idle connection. */
    static final String KEEP_ALIVE = "jdk.httpclient.keepalive.timeout";
    private static final String KEEP_ALIVE_SECONDS = "10";

    private final BucketOptions.Builder builder;
    /** Without the keys. */
    private final BucketOptions options;
    private final boolean hasTokens;

    private BucketPlan(BucketOptions.Builder builder, BucketOptions options, boolean hasTokens) {
        this.builder = builder;
        this.options = options;
        this.hasTokens = hasTokens;
    }

    /**
     * The store of these flags, and rules; null for none.
     *
     * @throws CommandException naming the flag whose value is not allowed, or that means nothing
     *     over a bucket
     */
    static BucketPlan of(Arguments arguments, AccessRules rules) throws CommandException {
        FolderOnlyFlags.refuse(arguments);
        BucketOptions.Builder builder = options(arguments, rules);
        return new BucketPlan(builder, builder.build(),
                !arguments.of(ServeFlags.TOKEN_FILE).isEmpty());
    }

    /** The options of these flags and rules, all but the keys; they have been checked. */
    static BucketOptions.Builder options(Arguments arguments, AccessRules rules)
            throws CommandException {
        try {
            BucketOptions.Builder builder = BucketFlags.options().set(
                    BucketOptions.builder(arguments.of(ServeFlags.BUCKET)), arguments);
            boolean lists = !builder.access(rules).build().noListing();
            return lists ? builder.page(BrowserFlags.page(arguments)) : builder;
        } catch (OptionException wrong) {
            throw BucketFlags.options().refused(wrong, arguments);
        } catch (IllegalArgumentException wrong) { // of the URL, without what stands in it
            throw CommandException.usage(arguments.nameOf(ServeFlags.BUCKET) + ": "
                    + BucketAdvice.inFlags(wrong.getMessage()));
        }
    }

    @Override
    public LatePage page() {
        return options.page() instanceof LatePage page ? page : null;
    }

    @Override
    public boolean hasTokens() {
        return hasTokens;
    }

    @Override
    public boolean openReads() {
        return options.openReads();
    }

    @Override
    public boolean readOnly() {
        return options.readOnly();
    }

    @Override
    public long cacheBytes() {
        return options.cacheBytes();
    }

    @Override
    public boolean takes(Flag<?> flag) {
        return !FolderOnlyFlags.has(flag.name());
    }

    @Override
    public String held(Flag<?> flag) {
        return BucketFlags.options().held(flag, options);
    }

    @Override
    public void refuseWithin(String kind, Path file) {
        // no file of this machine is an object
    }

    @Override
    public boolean isObject(String path) {
        return false; // a request to the engine would tell, and only for this moment
    }

    @Override
    public void check(Arguments arguments, Map<String, String> environment)
            throws CommandException {
        new KeyChoice(arguments, environment).check();
    }

    @Override
    public ServedStore open(Arguments arguments, ServeParts parts) throws CommandException {
        BucketOptions all =
                builder.keys(new KeyChoice(arguments, parts.environment()).read()).build();
        keepConnectionsBriefly();
        try {
            BucketStore store = BucketStore.open(all);
            parts.reloads().add("the engine's keys", () -> reloadKeys(store));
            ResumableUploads uploads = store.unfinished().areKept()
                    ? UploadFlags.open(arguments, store.unfinished()) : null;
            return new ServedBucket(store, uploads);
        } catch (IOException e) {
            throw CommandException.failure(BucketAdvice.on(e));
        }
    }

    private static void reloadKeys(BucketStore store) throws CommandException {
        try {
            store.reloadKeys();
        } catch (IOException e) { // its message is a line for the operator
            throw CommandException.failure(e.getMessage());
        }
    }

    /**
     * JDK 17 keeps idle connections for 1,200 s, engines for less: a PUT on one that the engine
     * closes in that moment has an unknown end. What was given to the JVM stays.
     */
    static void keepConnectionsBriefly() { // decision 354
        if (System.getProperty(KEEP_ALIVE) == null) {
            System.setProperty(KEEP_ALIVE, KEEP_ALIVE_SECONDS);
        }
    }
}
