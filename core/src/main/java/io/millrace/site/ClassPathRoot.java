package io.millrace.site;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Where resources of an application are: in a folder, or read from a jar, a module or an image.
 * Threads: one.
 *
 * @param folder where class files and resources are files; null otherwise
 * @param bytes of each resource, by name below the root; null for a folder
 */
record ClassPathRoot(Path folder, Map<String, byte[]> bytes) { // decision 429

    /**
     * Finds the resources below a name.
     *
     * @param anchor a class of the application
     * @param name as in {@link Class#getResource}
     * @param maxBytes what all resources may have together
     * @throws FileNotFoundException if there are none
     * @throws IOException if they can't be read, or have more bytes
     */
    static ClassPathRoot of(Class<?> anchor, String name, long maxBytes) throws IOException {
        String root = root(anchor, name);
        Reading reading = new Reading(root + '/', name, maxBytes);
        ClassPathRoot found = anchor.getModule().isNamed()
                ? inModule(anchor, root, reading) : onClassPath(anchor, root, reading);
        if (found.folder == null && found.bytes.isEmpty()) {
            throw new FileNotFoundException("no resources below " + name + " where "
                    + anchor.getName() + " is from");
        }
        return found;
    }

    private static String root(Class<?> anchor, String name) {
        String root = name.startsWith("/") ? name.substring(1)
                : anchor.getPackageName().replace('.', '/') + '/' + name;
        while (root.endsWith("/")) {
            root = root.substring(0, root.length() - 1);
        }
        if (root.isEmpty()) {
            throw new IllegalArgumentException("a site can't be all of the class path: " + name);
        }
        return root;
    }

    // A module's reader isn't bound by what its packages open: the application has named its own.
    private static ClassPathRoot inModule(Class<?> anchor, String root, Reading reading)
            throws IOException {
        Module module = anchor.getModule();
        Optional<ModuleReference> reference = module.getLayer() == null ? Optional.empty()
                : module.getLayer().configuration().findModule(module.getName())
                        .map(resolved -> resolved.reference());
        if (reference.isEmpty()) {
            throw new FileNotFoundException(module + " has no resources");
        }
        Optional<URI> location = reference.get().location();
        if (location.isPresent() && location.get().getScheme().equals("file")) {
            Path folder = Path.of(location.get()).resolve(root);
            if (Files.isDirectory(folder)) {
                return new ClassPathRoot(folder, null);
            }
        }
        try (ModuleReader reader = reference.get().open(); Stream<String> names = reader.list()) {
            for (String entry : (Iterable<String>) names::iterator) {
                if (reading.isWanted(entry)) {
                    reading.add(entry, reader.open(entry).orElseThrow(
                            () -> new FileNotFoundException(entry)));
                }
            }
        }
        return new ClassPathRoot(null, reading.bytes);
    }

    private static ClassPathRoot onClassPath(Class<?> anchor, String root, Reading reading)
            throws IOException {
        ClassLoader loader = anchor.getClassLoader();
        URL url = loader == null ? ClassLoader.getSystemResource(root) : loader.getResource(root);
        if (url == null) {
            // Some jars have no entries for folders; then it is the jar of the class.
            url = anchor.getResource(anchor.getName().substring(
                    anchor.getName().lastIndexOf('.') + 1) + ".class");
            if (url == null || !(connection(url) instanceof JarURLConnection)) {
                return new ClassPathRoot(null, Map.of());
            }
        }
        if (connection(url) instanceof JarURLConnection jar) {
            return inJar(jar, reading);
        }
        Path folder = path(url);
        return url.getProtocol().equals("file") ? new ClassPathRoot(folder, null)
                : inFileSystem(folder, root, reading);
    }

    private static URLConnection connection(URL url) throws IOException {
        // The fragment stands for the entries of a multi-release jar that this version of Java has.
        boolean isJarFile = url.toString().startsWith("jar:file:") && url.getRef() == null;
        URLConnection connection = isJarFile
                ? URI.create(url + "#runtime").toURL().openConnection() : url.openConnection();
        connection.setUseCaches(false); // or closing the jar would close it for others
        return connection;
    }

    private static ClassPathRoot inJar(JarURLConnection connection, Reading reading)
            throws IOException {
        try (JarFile jar = connection.getJarFile()) {
            for (String name : jar.stream().map(ZipEntry::getName).filter(reading::isWanted)
                    .toList()) {
                reading.add(name, jar.getInputStream(jar.getEntry(name))); // of this version
            }
        }
        return new ClassPathRoot(null, reading.bytes);
    }

    private static Path path(URL url) throws IOException {
        URI uri;
        try {
            uri = url.toURI();
        } catch (URISyntaxException e) {
            throw new IOException("resources at " + url, e);
        }
        try {
            return Path.of(uri);
        } catch (FileSystemNotFoundException e) {
            return pathInNewFileSystem(uri);
        }
    }

    // Of a native image, whose file system of resources has to be asked for.
    private static Path pathInNewFileSystem(URI uri) throws IOException {
        try {
            FileSystems.newFileSystem(uri, Map.of());
        } catch (FileSystemAlreadyExistsException e) {
            return Path.of(uri); // another thread was faster
        }
        return Path.of(uri);
    }

    private static ClassPathRoot inFileSystem(Path folder, String root, Reading reading)
            throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = root + '/'
                        + folder.relativize(file).toString().replace('\\', '/');
                if (Files.isRegularFile(file) && reading.isWanted(name)) {
                    reading.add(name, Files.newInputStream(file));
                }
            }
        }
        return new ClassPathRoot(null, reading.bytes);
    }

    /** Resources that are being read into memory. Threads: one. */
    private static final class Reading {

        /** Of one resource: an array has no more, and one that is found beyond it. */
        private static final int MOST_BYTES = Integer.MAX_VALUE - 9;

        private final Map<String, byte[]> bytes = new HashMap<>();
        private final String prefix;
        private final String site;
        private final long maxBytes;
        private long left;

        Reading(String prefix, String site, long maxBytes) {
            this.prefix = prefix;
            this.site = site;
            this.maxBytes = maxBytes;
            this.left = maxBytes;
        }

        boolean isWanted(String entry) {
            return entry.startsWith(prefix) && !entry.endsWith("/")
                    && !SitePath.isHidden(entry.substring(prefix.length()));
        }

        void add(String entry, InputStream stream) throws IOException {
            try (stream) {
                int most = (int) Math.min(left, MOST_BYTES);
                byte[] read = stream.readNBytes(most + 1);
                if (read.length > most) {
                    throw new IOException("the resources below " + site + " have more than "
                            + maxBytes + " bytes: raise memoryBytes, or put them into a folder");
                }
                left -= read.length;
                bytes.put(entry.substring(prefix.length()), read);
            }
        }
    }
}
