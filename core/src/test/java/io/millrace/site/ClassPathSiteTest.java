package io.millrace.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Response;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Resources of an application as a site: in jars that this makes, in folders and in modules. */
class ClassPathSiteTest {

    private static final String CLASS = "app/App.class";
    private static final String MODULE = "module-info.class";

    /** What javac makes of an application: a class in a module. */
    @TempDir
    static Path classes;
    @TempDir
    Path folder;
    private final Map<String, String> resources = new LinkedHashMap<>();
    private final List<URLClassLoader> loaders = new ArrayList<>();

    @BeforeAll
    static void compileAnApplication() throws IOException {
        Path app = Files.writeString(Files.createDirectory(classes.resolve("app"))
                .resolve("App.java"), "package app; public class App { }");
        Path module = Files.writeString(classes.resolve("module-info.java"), "module app { }");
        assertEquals(0, ToolProvider.findFirst("javac").orElseThrow().run(System.out, System.err,
                "--release", "17", "-d", classes.toString(), app.toString(), module.toString()));
    }

    @BeforeEach
    void addResources() {
        resources.put("public/index.html", "home");
        resources.put("public/docs/index.html", "docs");
        resources.put("public/app.js", "plain");
        resources.put("public/app.js.gz", "GZIP");
        resources.put("public/.env", "secret");
        resources.put("publicity/x.txt", "secret");
        resources.put("secret.txt", "secret");
        resources.put("app/site/index.html", "of the package");
    }

    @AfterEach
    void closeLoaders() throws IOException {
        for (URLClassLoader loader : loaders) {
            loader.close();
        }
    }

    private Path jar(String name, boolean hasFolders, String... classFiles) throws IOException {
        Path jar = folder.resolve(name);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            Set<String> folders = new TreeSet<>();
            for (String entry : resources.keySet()) {
                for (int i = entry.indexOf('/'); i >= 0; i = entry.indexOf('/', i + 1)) {
                    folders.add(entry.substring(0, i + 1));
                }
            }
            for (String entry : hasFolders ? folders : Set.<String>of()) {
                out.putNextEntry(new JarEntry(entry));
            }
            for (Map.Entry<String, String> entry : resources.entrySet()) {
                out.putNextEntry(new JarEntry(entry.getKey()));
                out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
            for (String file : classFiles) {
                out.putNextEntry(new JarEntry(file));
                Files.copy(classes.resolve(file), out);
            }
        }
        return jar;
    }

    private Path exploded(String name, String... classFiles) throws IOException {
        Path root = folder.resolve(name);
        for (Map.Entry<String, String> entry : resources.entrySet()) {
            Path file = root.resolve(entry.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, entry.getValue());
        }
        for (String file : classFiles) {
            Files.copy(classes.resolve(file), root.resolve(file));
        }
        return root;
    }

    private Class<?> onClassPath(Path... places) throws Exception {
        URL[] urls = new URL[places.length];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = places[i].toUri().toURL();
        }
        URLClassLoader loader = new URLClassLoader(urls, null);
        loaders.add(loader);
        return loader.loadClass("app.App");
    }

    private static Class<?> inModule(Path place) throws Exception {
        ModuleLayer boot = ModuleLayer.boot();
        Configuration configuration = boot.configuration().resolve(
                ModuleFinder.of(place), ModuleFinder.of(), Set.of("app"));
        return boot.defineModulesWithOneLoader(configuration, null).findLoader("app")
                .loadClass("app.App");
    }

    private static String text(Response response) throws IOException {
        return response.status().code() + " " + Asked.text(response);
    }


    private static void assertServes(StaticSite site) throws Exception {
        assertEquals("200 home", text(Asked.get(site, "/")));
        assertEquals("200 docs", text(Asked.get(site, "/docs/")));
        assertEquals("/docs/", Asked.get(site, "/docs").headers().first("Location"));
        assertEquals("200 plain", text(Asked.get(site, "/app.js")));
        Response coded = Asked.get(site, "/app.js", "Accept-Encoding", "gzip");
        assertEquals("200 GZIP", text(coded));
        assertEquals("gzip", coded.headers().first("Content-Encoding"));
        // A cache must not take one for the other, and keeps what has no other once.
        assertEquals("Accept-Encoding", coded.headers().first("Vary"));
        assertEquals("Accept-Encoding", Asked.get(site, "/app.js").headers().first("Vary"));
        assertNull(Asked.get(site, "/").headers().first("Vary"));
        assertEquals("206 oc", text(Asked.get(site, "/docs/index.html", "Range", "bytes=1-2")));
        assertEquals(304, Asked.get(site, "/app.js", "Accept-Encoding", "gzip", "If-None-Match",
                coded.headers().first("ETag")).status().code());
        for (String path : new String[] {"/.env", "/secret.txt", "/icity/x.txt", "/index", "/x/",
            "/app/App.class", "/docs/index.html/"}) {
            assertEquals(404, Asked.get(site, path).status().code(), path);
        }
    }

    @Test
    void jarIsRead() throws Exception {
        StaticSite site = StaticSite.of(onClassPath(jar("a b%20#1.jar", true, CLASS)), "/public");
        assertServes(site);
        Response home = Asked.get(site, "/");
        assertNull(home.headers().first("Last-Modified"));
        assertTrue(home.headers().first("ETag").startsWith("\""));
        assertEquals("no-cache", home.headers().first("Cache-Control"));
    }

    @Test
    void jarWithoutEntriesForFoldersIsRead() throws Exception {
        assertServes(StaticSite.of(onClassPath(jar("a.jar", false, CLASS)), "/public/"));
    }

    @Test
    void jarCanGoOnceItWasRead() throws Exception {
        Path jar = jar("a.jar", true, CLASS);
        StaticSite site = StaticSite.of(onClassPath(jar), "/public");
        closeLoaders();
        Files.delete(jar);
        assertServes(site);
    }

    @Test
    void firstOfSeveralJarsCounts() throws Exception {
        Path app = jar("first.jar", true);
        resources.clear();
        resources.put("public/index.html", "second");
        resources.put("public/other.html", "second");
        StaticSite site = StaticSite.of(
                onClassPath(app, jar("second.jar", true, CLASS)), "/public");
        assertServes(site);
        assertEquals(404, Asked.get(site, "/other.html").status().code());
    }

    @Test
    void nameWithoutASlashIsBelowThePackage() throws Exception {
        StaticSite site = StaticSite.of(onClassPath(jar("a.jar", true, CLASS)), "site");
        assertEquals("200 of the package", text(Asked.get(site, "/")));
    }

    @Test
    void resourcesThatAreFilesAreAFolder() throws Exception {
        Path root = exploded("classes", CLASS);
        StaticSite site = StaticSite.builder(onClassPath(root), "/public").memoryBytes(0).build();
        assertServes(site);
        Files.writeString(root.resolve("public/index.html"), "edited");
        assertEquals("200 edited", text(Asked.get(site, "/")));
    }

    @Test
    void versionOfAMultiReleaseJarIsTheOneOfThisJava() throws Exception {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nMulti-Release: true\n\n");
        all.putAll(resources);
        all.put("META-INF/versions/17/public/index.html", "for 17");
        all.put("META-INF/versions/99/public/index.html", "for 99");
        resources.clear();
        resources.putAll(all);
        StaticSite site = StaticSite.of(onClassPath(jar("a.jar", true, CLASS)), "/public");
        assertEquals("200 for 17", text(Asked.get(site, "/")));
        assertEquals("200 docs", text(Asked.get(site, "/docs/")));
    }

    @Test
    void moduleIsReadWhateverItOpens() throws Exception {
        resources.put("web/index.html", "of a package");
        Class<?> anchor = inModule(jar("a.jar", true, CLASS, MODULE));
        assertTrue(anchor.getModule().isNamed());
        assertServes(StaticSite.of(anchor, "/public"));
        assertTrue(anchor.getModule().getPackages().contains("web"));
        assertEquals("200 of a package", text(Asked.get(StaticSite.of(anchor, "/web"), "/")));
        assertEquals("200 of the package", text(Asked.get(StaticSite.of(anchor, "site"), "/")));
    }

    @Test
    void moduleInAFolderIsAFolder() throws Exception {
        assertServes(StaticSite.of(inModule(exploded("mods", CLASS, MODULE)), "/public"));
    }

    @Test
    void moduleOfTheImageIsRead() throws Exception {
        StaticSite site = StaticSite.of(Object.class, "/java/lang/ref");
        Response file = Asked.get(site, "/Cleaner.class");
        assertEquals(200, file.status().code());
        assertEquals("application/java-vm", file.headers().first("Content-Type"));
    }

    @Test
    void memoryIsEnoughOrTheSiteIsRefused() throws Exception {
        Class<?> anchor = onClassPath(jar("a.jar", true, CLASS));
        long bytes = "home".length() + "docs".length() + "plain".length() + "GZIP".length();
        assertServes(StaticSite.builder(anchor, "/public").memoryBytes(bytes).build());
        assertServes(StaticSite.builder(anchor, "/public").memoryBytes(Long.MAX_VALUE).build());
        IOException refusal = assertThrows(IOException.class,
                () -> StaticSite.builder(anchor, "/public").memoryBytes(bytes - 1).build());
        assertEquals("the resources below /public have more than 16 bytes: raise memoryBytes, or"
                + " put them into a folder", refusal.getMessage());
    }

    @Test
    void whatIsNotThereIsRefusedAtOnce() throws Exception {
        Class<?> anchor = onClassPath(jar("a.jar", true, CLASS));
        Class<?> module = inModule(jar("m.jar", true, CLASS, MODULE));
        for (String name : new String[] {"/none", "none", "/publi", "/public/index.htm"}) {
            assertThrows(FileNotFoundException.class, () -> StaticSite.of(anchor, name), name);
            assertThrows(FileNotFoundException.class, () -> StaticSite.of(module, name), name);
        }
        assertThrows(IllegalArgumentException.class, () -> StaticSite.of(anchor, "/"));
    }

    @Test
    void entryWithATrickInItsNameIsNeverAskedFor() throws Exception {
        resources.put("public/../up.txt", "secret");
        resources.put("public//etc/passwd", "secret");
        StaticSite site = StaticSite.of(onClassPath(jar("a.jar", true, CLASS)), "/public");
        assertServes(site);
        assertEquals(404, Asked.get(site, "/etc/passwd").status().code());
    }
}
