package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.app.process.OtherProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over a folder that stands for {@code /proc}: some of what it shows no test could bring about. */
@EnabledOnOs(OS.LINUX)
class StartAdviceTest {

    private static final Path UNPRIVILEGED =
            Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");

    @TempDir
    Path temp;

    private Path proc;
    private StartAdvice advice;

    @BeforeEach
    void makeProc() throws Exception {
        proc = Files.createDirectories(temp.resolve("proc"));
        advice = new StartAdvice(proc, "ann");
        write("sys/net/ipv4/ip_unprivileged_port_start", "1024\n");
    }

    private void write(String file, String text) throws Exception {
        Files.createDirectories(proc.resolve(file).getParent());
        Files.writeString(proc.resolve(file), text);
    }

    private void process(int pid, String name, String open) throws Exception {
        write(pid + "/comm", name + "\n");
        Files.createDirectories(proc.resolve(pid + "/fd"));
        Files.createSymbolicLink(proc.resolve(pid + "/fd/7"), Path.of(open));
    }

    /** A line of net/tcp about a socket in a state. */
    private static String socket(String address, String state, int user, int inode) {
        return "   1: " + address + " 00000000:0000 " + state + " 00000000:00000000 00:00000000 "
                + "00000000  " + user + "        0 " + inode + " 1 00000000facff54f 100 0 0 10 0\n";
    }

    private String listening(String address, String reason) {
        String message = "can't listen on " + address + ": " + reason;
        String said = advice.listening(new IOException(message));
        assertTrue(said.startsWith(message), said);
        return said.substring(message.length());
    }

    @Test
    void processThatListensOnThePortIsNamed() throws Exception {
        write("net/tcp", "  sl  local_address rem_address   st ...\n"
                + socket("0100007F:1F90", "01", 0, 41) + socket("0100007F:1F91", "0A", 0, 42)
                + socket("0100007F:1F90", "0A", 33, 43));
        process(11, "other", "socket:[42]");
        process(12, "connected", "socket:[41]");
        process(13, "nginx", "socket:[43]");
        assertEquals(": process 13 (nginx) listens on the port: stop it, or choose another port",
                listening("127.0.0.1:8080", "Address already in use"));
    }

    /** What is no link stands for a file that is closed between two looks. */
    @Test
    void processThatClosesOtherFilesMeanwhileIsNamed() throws Exception {
        write("net/tcp", socket("0100007F:1F90", "0A", 33, 43));
        write("13/fd/3", "");
        process(13, "nginx", "socket:[43]");
        for (int i = 10; i < 20; i++) { // listed in any order
            write("13/fd/" + i, "");
        }
        assertEquals(": process 13 (nginx) listens on the port: stop it, or choose another port",
                listening("127.0.0.1:8080", "Address already in use"));
    }

    @Test
    void processThatIsOnlyConnectedFromThePortIsNotNamed() throws Exception {
        write("net/tcp", socket("0100007F:1F90", "01", 0, 41));
        process(12, "connected", "socket:[41]");
        assertEquals("", listening("127.0.0.1:8080", "Address already in use"));
    }

    @Test
    void numberOfAPortIsComparedWhole() throws Exception {
        write("net/tcp", socket("0100007F:5050", "0A", 0, 42)
                + socket("0100007F:0050", "0A", 33, 43));
        process(12, "other", "socket:[42]");
        process(13, "nginx", "socket:[43]");
        assertEquals(": process 13 (nginx) listens on the port: stop it, or choose another port",
                listening("127.0.0.1:80", "Address already in use"));
    }

    @Test
    void processIsNamedBesideThoseThatShowNothing() throws Exception {
        write("net/tcp", socket("0100007F:1F90", "0A", 33, 43));
        for (int pid = 10; pid < 20; pid++) { // listed in any order
            write(pid + "/comm", "of another user\n");
        }
        process(14, "nginx", "socket:[43]");
        write("14/comm", "nginx\n");
        assertEquals(": process 14 (nginx) listens on the port: stop it, or choose another port",
                listening("127.0.0.1:8080", "Address already in use"));
    }

    @Test
    void processThatListensByIpv6IsNamed() throws Exception {
        write("net/tcp6", socket("00000000000000000000000000000000:1F90", "0A", 0, 43));
        process(13, "java", "socket:[43]");
        assertEquals(": process 13 (java) listens on the port: stop it, or choose another port",
                listening("[::]:8080", "Address already in use"));
    }

    @Test
    void processThatIsNotSeenIsNamedByItsUser() throws Exception {
        write("net/tcp", socket("0100007F:1F90", "0A", 33, 43));
        process(12, "other", "socket:[41]");
        assertEquals(": a process of the user with id 33 listens on the port: stop it, or choose"
                + " another port", listening("127.0.0.1:8080", "Address already in use"));
    }

    /** It would be stopped for nothing. */
    @Test
    void processWhoseFilesAreNotShownIsNotTakenForTheOneThatListens() throws Exception {
        write("net/tcp", socket("0100007F:1F90", "0A", 33, 43));
        write("12/comm", "of another user\n");
        write("13/comm", "closes a file\n");
        write("13/fd/7", "");
        assertEquals(": a process of the user with id 33 listens on the port: stop it, or choose"
                + " another port", listening("127.0.0.1:8080", "Address already in use"));
    }

    @ParameterizedTest
    @CsvSource({"1023, true", "1024, false"})
    void portBelowTheLimitNeedsAPrivilege(int port, boolean needed) {
        assertEquals(needed ? ": ports below 1024 need a privilege that the user ann lacks: choose"
                + " a higher port, set AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd"
                + " unit, or put a proxy in front" : "",
                listening("127.0.0.1:" + port, "Permission denied"));
    }

    @Test
    void limitOfThePortsIsTheMachines() throws Exception {
        write("sys/net/ipv4/ip_unprivileged_port_start", "80\n");
        assertEquals("", listening("127.0.0.1:80", "Permission denied"));
        assertTrue(listening("127.0.0.1:79", "Permission denied")
                .startsWith(": ports below 80 need"));
    }

    /** The system gives such a number to one read only. */
    @Test
    void limitOfThisMachineIsReadWhole() {
        String port = "1023";
        assumeTrue(!Files.isReadable(UNPRIVILEGED) || lineOf(UNPRIVILEGED).equals("1024"));
        String message = "can't listen on 127.0.0.1:" + port + ": x";
        assertTrue(new StartAdvice(Path.of("/proc"), "ann").listening(new IOException(message))
                .startsWith(message + ": "));
    }

    private static String lineOf(Path file) {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            return lines.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void addressOfAnotherMachineIsSaid() {
        assertEquals(": no network interface of this machine has the address: choose one of its"
                + " own, or 0.0.0.0 for all", listening("192.0.2.1:80", "Cannot assign"));
        assertEquals("", listening("[::1]:8080", "whatever"));
        assertEquals("", listening("0.0.0.0:8080", "whatever"));
    }

    @Test
    void socketInTheFileSystemIsLeftAsItIs() {
        assertEquals("", listening("unix:/run/a:80", "another server is listening on it"));
    }

    @Test
    void withoutProcNobodyIsNamed() {
        OtherProcess nobody = new OtherProcess(temp.resolve("none"));
        assertNull(nobody.listeningOn(8080));
        assertNull(nobody.locking(temp));
        assertEquals("can't listen on 127.0.0.1:8080: x",
                new StartAdvice(temp.resolve("none"), "ann")
                        .listening(new IOException("can't listen on 127.0.0.1:8080: x")));
    }

    private String folder(Path folder, IOException failure) {
        String said = advice.folder(failure, folder);
        assertTrue(said.startsWith(failure.getMessage()), said);
        return said.substring(failure.getMessage().length());
    }

    @Test
    void fileInPlaceOfAFolderIsNamed() throws Exception {
        Path file = Files.createFile(temp.resolve("file"));
        String expected = ": remove the file " + file + ", or choose another --dir";
        assertEquals(expected, folder(file, new IOException("x")));
        assertEquals(expected, folder(file.resolve("a/b"), new IOException("x")));
    }

    @Test
    void folderOfAnotherUserIsSaid() throws Exception {
        String owner = Files.getOwner(temp).getName();
        IOException failure = new IOException("x", new AccessDeniedException("x"));
        String expected = ": " + temp + " belongs to " + owner + ", and this process is of the"
                + " user ann: change its owner or permissions, or choose another --dir";
        assertEquals(expected, folder(temp, failure));
        assertEquals(expected, folder(temp.resolve("a/b"), failure));
        assertEquals("", folder(temp, new IOException("the disk is full")));
    }

    @Test
    void processWhoseFilesAreNotShownIsNamedByTheDeviceThatItHasLocked() throws Exception {
        Path lock = Files.createFile(temp.resolve(".millrace.lock"));
        long device = (Long) Files.getAttribute(lock, "unix:dev");
        assumeTrue(device < 1 << 16, "the device has a large number");
        long inode = (Long) Files.getAttribute(lock, "unix:ino");
        write("locks", "1: POSIX  ADVISORY  WRITE 12 zz:00:" + inode + " 0 EOF\n"
                + String.format("2: POSIX  ADVISORY  WRITE 13 %02x:%02x:%d 0 EOF%n",
                        device >> 8, device & 0xff, inode));
        write("13/comm", "java\n");
        assertEquals(": it is process 13 (java): stop it, or choose another --dir", folder(temp,
                new IOException("another store uses the folder " + temp)));
    }

    @Test
    void processThatHasLockedTheFolderIsNamed() throws Exception {
        Path lock = Files.createFile(temp.resolve(".millrace.lock"));
        IOException failure = new IOException("another store uses the folder " + temp);
        assertEquals(": stop it, or choose another --dir", folder(temp, failure));
        long inode = (Long) Files.getAttribute(lock, "unix:ino");
        write("locks", "1: FLOCK  ADVISORY  WRITE 11 zz:00:" + inode + " 0 EOF\n"
                + "2: POSIX  ADVISORY  WRITE " + ProcessHandle.current().pid() + " zz:00:" + inode
                + " 0 EOF\n3: POSIX  ADVISORY  WRITE 12 zz:00:1" + inode + " 0 EOF\n"
                + "4: POSIX  ADVISORY  WRITE -1 zz:00:" + inode + " 0 EOF\n"
                + "5: POSIX  ADVISORY  WRITE 13 zz:00:" + inode + " 0 EOF\n"
                + "6: POSIX  ADVISORY  WRITE 14 zz:00:" + inode + " 0 EOF\n");
        String open = lock.toRealPath().toString();
        process(11, "locks otherwise", open);
        process((int) ProcessHandle.current().pid(), "this one", open);
        process(13, "other", temp.resolve("another").toString());
        process(14, "java", open);
        assertEquals(": it is process 14 (java): stop it, or choose another --dir",
                folder(temp, failure));
    }
}
