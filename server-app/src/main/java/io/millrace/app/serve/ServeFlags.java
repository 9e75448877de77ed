package io.millrace.app.serve;

import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagType;
import io.millrace.app.cli.Flags;
import io.millrace.app.cli.ListenAddress;
import io.millrace.app.cli.QuantityType;
import io.millrace.server.ServerOptions;
import io.millrace.store.StoreOptions;
import java.time.Duration;
import java.util.List;

/**
 * The flags of {@code serve}: those of the program, and one for each option of server and store
 * that has one.
 *
 * <p>Threads: main.
 */
public final class ServeFlags {

    private static final String USAGE = """
            java -jar millrace.jar [serve] [FLAGS]

            Stores, serves and deletes files: PUT, GET and DELETE of /KEY, until SIGTERM or Ctrl-C.
            A KEY may have folders (/a/b/c). GET of a folder (/a/b/) lists it; browsers get a page
            that uploads, renames and deletes. Uploads can be resumed, by tus or the IETF's draft.
            With --bucket the objects are in a bucket of an S3 engine, behind any number of nodes.

            The response codes are those of RFC 9110: 201 for a new object, 204 for a replaced or
            deleted one, 404 for a missing one, 405 for other methods. With --contract article they
            are those of the 2017 program that Millrace descends from: 200 for PUT and DELETE, 304
            for an empty PUT, which stores nothing, and 404 for other methods.
            """;

    private static final String SERVER = "The server";
    private static final String STORE = "The store";
    private static final String IN_A_BUCKET = "The bucket";
    private static final String RIGHTS = "Who may do what";
    private static final String ADMINISTRATION = "Metrics and health";

    static final Flag<String> ADDRESS = Flag.of("--address", FlagType.HOST,
            "127.0.0.1",
            "IP address or host name to listen on, 0.0.0.0 for all, IPv6 too; or unix:PATH for a "
                    + "Unix domain socket");
    static final Flag<Long> PORT = Flag.of("--port", FlagType.numberIn(0, 65_535),
            8080L,
            "TCP port to listen on; 0 picks a free one");
    static final Flag<List<ListenAddress>> LISTEN = Flag.of("--listen", ListenAddress.LIST,
            List.of(), "more addresses to listen on, such as [::1]:8080,unix:/run/millrace.sock; "
                    + "may be repeated");
    static final Flag<String> DIR = Flag.of("--dir", FlagType.FOLDER, "data",
            "folder of the files, created if it is missing");
    static final Flag<Duration> WAIT_FOR_FOLDER = Flag.of("--wait-for-folder",
            QuantityType.timeIn(Duration.ZERO, Duration.ofDays(1)), Duration.ZERO,
            "longest wait for another process that uses the folder to stop, to take over from it "
                    + "without a gap, and of each PUT and DELETE for it after that; 0: none");
    static final Flag<String> BUCKET = Flag.of("--bucket", FlagType.URL, "",
            "bucket of an S3 engine to keep the objects in instead of a folder, for several nodes "
                    + "at once: https://ENDPOINT/BUCKET/ or https://ENDPOINT/BUCKET/PREFIX/")
            .standardText("none");
    static final Flag<String> BUCKET_KEYS = Flag.of("--bucket-keys", FlagType.FILE, "",
            "file of the engine's keys, with lines AWS_ACCESS_KEY_ID=ID, "
                    + "AWS_SECRET_ACCESS_KEY=SECRET and, for short-lived ones, "
                    + "AWS_SESSION_TOKEN=TOKEN; read again when it changes")
            .standardText("those variables, or the AWS profile");
    static final Flag<String> BUCKET_PROFILE = Flag.of("--bucket-profile", FlagType.NAME, "",
            "profile of the AWS credentials file, ~/.aws/credentials, that has the engine's keys")
            .standardText("none");
    static final Flag<Boolean> DISCARD = Flag.toggle("--discard",
            "store nothing, to measure everything but the disk: PUT succeeds, GET gets 404");
    static final Flag<String> TOKEN_FILE = Flag.of("--token-file", FlagType.FILE, "",
            "file of the tokens that requests must carry, by Bearer or as the password of Basic; "
                    + "each line is NAME TOKEN RIGHTS [/PREFIX/], with RIGHTS of r, w, d and l, or "
                    + "the only line a token; read again when it changes").standardText("none");

    static final Flag<List<ListenAddress>> ADMIN = Flag.of("--admin", ListenAddress.LIST,
            List.of(), "addresses of a second listener for /metrics, /uploads, /health/live and "
                    + "/health/ready, such as 127.0.0.1:9180 or unix:/run/millrace-admin.sock; "
                    + "may be repeated").standardText("none");
    static final Flag<String> HEALTH_PATH = Flag.of("--health-path", FlagType.PATH, "",
            "path for health checks on the store's own addresses, without a token; it hides the "
                    + "object of that name").standardText("none");

    static final OptionFlags STORE_FLAGS = new OptionFlags(StoreOptions.all());
    static final OptionFlags SERVER_FLAGS = new OptionFlags(ServerOptions.all());

    public static final Flags FLAGS = addTo(new Flags("serve", USAGE));

    private ServeFlags() {
    }

    /** Adds all of them, in the order of the help. */
    static Flags addTo(Flags flags) {
        return flags.with(SERVER, ADDRESS, PORT, LISTEN, Flags.CONFIG, Flags.HELP)
                .with(STORE, DIR, WAIT_FOR_FOLDER, DISCARD)
                .with(IN_A_BUCKET, BUCKET, BUCKET_KEYS, BUCKET_PROFILE)
                .with(RIGHTS, TOKEN_FILE)
                .with(ADMINISTRATION, ADMIN, HEALTH_PATH)
                .with(new BrowserFlags())
                .with(new UploadFlags())
                .with(new TlsFlags())
                .with(new ProxyFlags())
                .with(new LogFlags())
                .with(new AccessLogFlags())
                .with(STORE_FLAGS)
                .with(new BucketFlags())
                .with(SERVER_FLAGS);
    }
}
