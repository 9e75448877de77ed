package io.millrace.app.serve;

import io.millrace.access.AccessRules;
import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.token.TokenFile;
import io.millrace.resume.ResumableUploads;
import io.millrace.store.Contract;
import io.millrace.store.FolderStore;
import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A store of files that the flags ask for, or one that discards what it gets.
 *
 * <p>Threads: main.
 */
final class FolderPlan implements StorePlan {

    private final Path folder;
    private final StoreOptions options;
    private final boolean hasTokens;
    private final boolean discards;

    private FolderPlan(Path folder, StoreOptions options, boolean hasTokens, boolean discards) {
        this.folder = folder;
        this.options = options;
        this.hasTokens = hasTokens;
        this.discards = discards;
    }

    /** The store of these flags, and rules; null for none. */
    static FolderPlan of(Arguments arguments, AccessRules rules) throws CommandException {
        BucketFlags.refuse(arguments);
        return new FolderPlan(ServeSettings.folder(arguments),
                ServeSettings.storeOptions(arguments, rules),
                !arguments.of(ServeFlags.TOKEN_FILE).isEmpty(), arguments.of(ServeFlags.DISCARD));
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
    public boolean keepsNothing() {
        return discards;
    }

    @Override
    public boolean takes(Flag<?> flag) {
        return !BucketFlags.isOwn(flag.name());
    }

    @Override
    public String held(Flag<?> flag) {
        return ServeFlags.STORE_FLAGS.held(flag, options);
    }

    @Override
    public void refuseWithin(String kind, Path file) throws CommandException {
        if (!discards) {
            TokenFile.refuseWithin(folder, kind, file);
        }
    }

    @Override
    public boolean isObject(String path) {
        try {
            return !discards && Files.isRegularFile(folder.resolve(path.substring(1)),
                    LinkOption.NOFOLLOW_LINKS);
        } catch (InvalidPathException e) {
            return false; // so it is no object's
        }
    }

    @Override
    public void checkPlace() throws CommandException {
        if (discards) {
            return;
        }
        try {
            StartCheck.folder(folder, options.readOnly());
        } catch (IOException e) {
            throw refused(e);
        }
    }

    @Override
    public ServedStore open(Arguments arguments, ServeParts parts) throws CommandException {
        FolderStore store = discards ? FolderStore.discarding(options)
                : open(arguments.of(ServeFlags.WAIT_FOR_FOLDER));
        ResumableUploads uploads =
                discards || options.readOnly() || options.contract() == Contract.ARTICLE ? null
                        : UploadFlags.open(arguments, store.unfinished());
        return new ServedFolder(store, uploads, discards ? "discards all objects"
                : "files in " + folder.toAbsolutePath().normalize(), options.contract());
    }

    private FolderStore open(Duration wait) throws CommandException {
        try {
            return wait.isZero() ? FolderStore.open(folder, options)
                    : FolderStore.takeOver(folder, options, wait);
        } catch (IOException e) {
            throw refused(e);
        }
    }

    private CommandException refused(IOException e) {
        return CommandException.failure(StartAdvice.here().folder(e, folder));
    }
}
