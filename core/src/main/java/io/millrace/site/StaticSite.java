package io.millrace.site;

import io.millrace.content.Accept;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A web site: the files of a folder, or of a part of the class path, to GET and HEAD.
 *
 * <pre>{@code
 * Handler site = StaticSite.of(Path.of("public"));
 * Handler app = StaticSite.builder(App.class, "/public")
 *         .fallback("index.html").immutable("/assets/**").build();
 * }</pre>
 *
 * <p>What a request gets:
 * <ul>
 *   <li>{@code /a/b.css}: the file, with its media type, entity tag, conditions and ranges
 *       ({@link io.millrace.content.FileResponse});
 *   <li>{@code /docs/}: the file {@code docs/index.html}; {@code /docs}: 308 to it. A folder is
 *       never listed;
 *   <li>if there are files {@code b.css.br}, {@code b.css.zst} or {@code b.css.gz} beside {@code
 *       b.css}: the one that the client prefers by {@code Accept-Encoding}, with the media type of
 *       {@code b.css} and a tag of its own. It is not compared with {@code b.css};
 *   <li>any other path: the {@link Builder#fallback} if there is one and a browser opens the
 *       address as a page; otherwise 404, with the file {@code 404.html} if there is one;
 *   <li>400 for a path with dot segments, empty segments, encoded slashes, backslashes or control
 *       characters; 404 for names that begin with a dot, but for {@code /.well-known/} (RFC 8615).
 * </ul>
 *
 * <p>{@code Cache-Control} is {@code no-cache}, so that clients ask each time and get a 304 mostly;
 * {@link Builder#cacheControl} sets others. Each file is sent with {@code X-Content-Type-Options:
 * nosniff}.
 *
 * <p><b>A folder</b> may change at any time; changes are seen within a second. Links are followed
 * as long as they stay in the folder. Who can write there can publish any file that the process can
 * read, by swapping links. Files up to 64 KiB are kept in memory, within {@link
 * Builder#memoryBytes}; longer ones are sent by the kernel, one open file for each response.
 *
 * <p><b>The class path</b>: what is in a jar, a module or an image is read when the site is made,
 * all of it, and stays in memory. Where resources are files, as an IDE or a build tool has them,
 * they are served as a folder. Of several jars with the same folder the first counts. In a named
 * module the folder need not be in a package that is open.
 *
 * <p>Threads: any. It blocks for the file system where the site is a folder.
 *
 * @since 0.1
 */
public final class StaticSite implements Handler {

    static final String INDEX = "index.html";
    private static final String NOT_FOUND_PAGE = "404.html";

    private static final HttpException NOT_FOUND =
            new HttpException(Status.NOT_FOUND, "not found");
    private static final HttpException NO_PAGE =
            new HttpException(Status.NOT_FOUND, "not found", Headers.of("Vary", "Accept"));
    private static final HttpException METHOD_NOT_ALLOWED =
            new HttpException(Status.METHOD_NOT_ALLOWED, "only GET and HEAD are allowed",
                    Headers.of("Allow", "GET, HEAD"));

    private final SiteFiles files;
    /** Decoded segments in front of the site's names. */
    private final List<String> prefix;
    /** Null if there is none. */
    private final String fallback;

    private StaticSite(SiteFiles files, List<String> prefix, String fallback) {
        this.files = files;
        this.prefix = prefix;
        this.fallback = fallback;
    }

    /**
     * The site of a folder.
     *
     * @throws IOException if it isn't there, or can't be read
     */
    public static StaticSite of(Path folder) throws IOException {
        return builder(folder).build();
    }

    /**
     * The site of resources of the application.
     *
     * @param anchor a class of the application, whose class loader and module have the resources
     * @param name the folder, as in {@link Class#getResource}: with a slash in front from the root,
     *     otherwise from the package of {@code anchor}
     * @throws IOException if there are none, or they can't be read
     */
    public static StaticSite of(Class<?> anchor, String name) throws IOException {
        return builder(anchor, name).build();
    }

    /** A builder of the site of a folder. */
    public static Builder builder(Path folder) {
        return new Builder(Objects.requireNonNull(folder, "folder"), null, null);
    }

    /** A builder of the site of resources, see {@link #of(Class, String)}. */
    public static Builder builder(Class<?> anchor, String name) {
        return new Builder(null, Objects.requireNonNull(anchor, "anchor"),
                Objects.requireNonNull(name, "name"));
    }

    /**
     * Responds to a request.
     *
     * @return 200, 206, 304, 308, 404 with the site's page, 412 or 416
     * @throws HttpException 404 if the site has no page for that, 405 if the request is neither GET
     *     nor HEAD, 400 if the path or a condition is malformed, 503 if the process has too many
     *     open files
     * @throws IOException if a file can't be read
     */
    @Override
    public Response handle(RequestHead request) throws HttpException, IOException {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            throw METHOD_NOT_ALLOWED;
        }
        SitePath path = SitePath.of(request.path(), prefix);
        if (path == null || path.isHidden()) {
            return notFound(request, NOT_FOUND);
        }
        String name = path.isFolder() ? path.index() : path.name();
        SiteFile file = name.isEmpty() ? null : files.find(name);
        if (file != null) {
            return file.respond(request);
        }
        if (!path.isFolder() && files.find(path.index()) != null) {
            return redirect(request);
        }
        return fallback != null && path.mayBePage() ? page(request) : notFound(request, NOT_FOUND);
    }

    // What is sent depends on how the address is opened, which a cache has to know of both ways.
    private Response page(RequestHead request) throws HttpException, IOException {
        SiteFile page = Accept.of(request).prefers("text/html") ? files.find(fallback) : null;
        return (page == null ? notFound(request, NO_PAGE) : page.respond(request))
                .add("Vary", "Accept");
    }

    // The path begins with one slash: a second one, which would begin a host, was refused.
    private static Response redirect(RequestHead request) {
        String query = request.query();
        return Response.of(Status.PERMANENT_REDIRECT).set("Location",
                request.path() + '/' + (query == null ? "" : '?' + query));
    }

    private Response notFound(RequestHead request, HttpException plain)
            throws HttpException, IOException {
        SiteFile page = files.find(NOT_FOUND_PAGE);
        if (page == null) {
            throw plain;
        }
        return page.page(request, Status.NOT_FOUND);
    }

    /**
     * Collects what a site is to do.
     *
     * <p>Threads: one at a time.
     *
     * @since 0.1
     */
    public static final class Builder {

        private static final long MEMORY_BYTES = 64L << 20;
        private static final String IMMUTABLE = "public, max-age=31536000, immutable";

        private final Path folder;
        private final Class<?> anchor;
        private final String name;
        private final List<SiteFields.Rule> rules = new ArrayList<>();
        private Response common =
                Response.of(Status.OK).set("X-Content-Type-Options", "nosniff");
        private List<String> prefix = List.of();
        private String fallback;
        private long memoryBytes = MEMORY_BYTES;

        private Builder(Path folder, Class<?> anchor, String name) {
            this.folder = folder;
            this.anchor = anchor;
            this.name = name;
        }

        /**
         * Puts the site below a path, such as {@code /assets}: {@code /assets/a.css} is its file
         * {@code a.css}. Whatever calls the handler passes requests on with their whole path.
         *
         * @param path decoded, with a slash in front and none at the end
         * @throws IllegalArgumentException if it isn't such a path
         */
        public Builder at(String path) {
            if (!path.matches("(/[^/?#%\\\\]+)+")) {
                throw new IllegalArgumentException("a path such as /assets: \"" + path + '"');
            }
            prefix = List.of(path.substring(1).split("/"));
            return this;
        }

        /**
         * Sends a page in place of 404 when a browser opens an address that no file has: for
         * applications that show a page for each address by themselves.
         *
         * <p>It is sent if {@code Accept} names {@code text/html} and prefers nothing to it, which
         * scripts, images and most programs don't do, and if the path has no known extension of
         * another type. So a missing script stays a 404.
         *
         * @param file such as {@code index.html}
         */
        public Builder fallback(String file) {
            fallback = Objects.requireNonNull(file).startsWith("/") ? file.substring(1) : file;
            return this;
        }

        /**
         * Sets {@code Cache-Control} of files; the first pattern that matches counts.
         *
         * @param pattern of the path in the site if it begins with a slash, as {@code /img/*.png}
         *     or {@code /assets/**}, otherwise of the file's name, as {@code *.woff2}. {@code *}
         *     stands for any characters but a slash, {@code **} for any
         * @throws IllegalArgumentException if it is neither, or the value can't be in a field
         */
        public Builder cacheControl(String pattern, String value) {
            rules.add(SiteFields.rule(pattern, value));
            return this;
        }

        /**
         * Lets clients keep files for a year without asking: for files whose names change with
         * their content, as build tools make them.
         *
         * @param pattern as in {@link #cacheControl}
         */
        public Builder immutable(String pattern) {
            return cacheControl(pattern, IMMUTABLE);
        }

        /**
         * Sends a header field with each file, such as {@code Content-Security-Policy}.
         *
         * @throws IllegalArgumentException if the field is not allowed, see {@link Response#set}
         */
        public Builder header(String name, String value) {
            common = common.set(name, value);
            return this;
        }

        /**
         * Sets the memory for files, 64 MiB by default. Of a folder, small files are kept in it, up
         * to a quarter of the heap; 0 keeps none. All of a jar has to have room in it.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder memoryBytes(long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("memoryBytes must not be negative: " + bytes);
            }
            memoryBytes = bytes;
            return this;
        }

        /**
         * Makes the site.
         *
         * @throws IOException if the folder or the resources are missing or can't be read, the
         *     resources need more memory than they may, or the fallback is missing
         */
        public StaticSite build() throws IOException {
            SiteFiles files = files(new SiteFields(List.copyOf(rules), common));
            if (fallback != null && files.find(fallback) == null) {
                throw new IOException("the fallback " + fallback + " is missing");
            }
            return new StaticSite(files, prefix, fallback);
        }

        private SiteFiles files(SiteFields fields) throws IOException {
            if (folder != null) {
                return FolderFiles.of(folder, fields, memoryBytes);
            }
            ClassPathRoot root = ClassPathRoot.of(anchor, name, memoryBytes);
            return root.folder() == null ? new HeldFiles(root.bytes(), fields)
                    : FolderFiles.of(root.folder(), fields, memoryBytes);
        }
    }
}
