package io.millrace.net;

import java.io.FileDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;

/**
 * The descriptors behind the JDK's channels. The JDK shows them to nobody, and no other way to find
 * them holds: {@code /proc/self/fd} changes while one searches it, and has no mark that tells two
 * descriptors of one file apart. So this class, and no other, reaches into {@code sun.nio.ch}; it
 * does so only where that package was opened to it, by {@code --add-opens} or by the manifest of a
 * jar that is started with {@code -jar}, and the JDK has nothing to warn of then.
 *
 * <p>A number is not enough: a descriptor that is closed meanwhile may come back as another file's.
 * Files belong to the application, which may close them at any time on any thread. So a file is
 * used between {@link #enter} and {@link #leave} only, the very calls that surround each write of
 * the JDK's own: a close waits in between. A socket needs none of it: its worker alone closes it,
 * on the thread that uses it.
 *
 * <p>Threads: any.
 */
final class Descriptors {

    /** The package of the JDK's that has to be open to this module before this class is used. */
    static final String JDK_PACKAGE = "sun.nio.ch";
    private static final Class<?> SOCKET = jdkClass("SocketChannelImpl");
    private static final Class<?> FILE = jdkClass("FileChannelImpl");

    /** {@code int (SocketChannel)}. */
    private static final MethodHandle SOCKET_NUMBER;
    /** {@code int (FileChannel)}. */
    private static final MethodHandle FILE_NUMBER;
    /** {@code int (FileChannel)}: a ticket. */
    private static final MethodHandle ENTER;
    /** {@code void (FileChannel, int)}: the ticket back. */
    private static final MethodHandle LEAVE;

    static {
        try {
            MethodHandles.Lookup lookup =
                    MethodHandles.privateLookupIn(FILE, MethodHandles.lookup());
            Class<?> users = jdkClass("NativeThreadSet");
            MethodHandle usersOf = lookup.findGetter(FILE, "threads", users);
            MethodHandle add = lookup.findVirtual(users, "add", MethodType.methodType(int.class));
            MethodHandle remove = lookup.findVirtual(users, "remove",
                    MethodType.methodType(void.class, int.class));
            MethodHandle number = lookup.findStatic(jdkClass("IOUtil"), "fdVal",
                    MethodType.methodType(int.class, FileDescriptor.class));
            FILE_NUMBER = MethodHandles.filterReturnValue(
                    lookup.findGetter(FILE, "fd", FileDescriptor.class), number)
                    .asType(MethodType.methodType(int.class, FileChannel.class));
            ENTER = MethodHandles.filterReturnValue(usersOf, add)
                    .asType(MethodType.methodType(int.class, FileChannel.class));
            LEAVE = MethodHandles.filterArguments(remove, 0, usersOf)
                    .asType(MethodType.methodType(void.class, FileChannel.class, int.class));
            SOCKET_NUMBER = lookup.findVirtual(SOCKET, "getFDVal",
                    MethodType.methodType(int.class))
                    .asType(MethodType.methodType(int.class, SocketChannel.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Descriptors() {
    }

    private static Class<?> jdkClass(String name) {
        try {
            return Class.forName(JDK_PACKAGE + '.' + name);
        } catch (ClassNotFoundException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Whether a channel is the JDK's own over a socket. */
    static boolean isSocket(Object channel) {
        return channel.getClass() == SOCKET;
    }

    /** Whether a channel is the JDK's own over a file. */
    static boolean isFile(Object channel) {
        return channel.getClass() == FILE;
    }

    static int of(SocketChannel socket) {
        try {
            return (int) SOCKET_NUMBER.invokeExact(socket);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Keeps a file's descriptor the file's own until {@link #leave}.
     *
     * @return what {@link #leave} wants
     */
    static int enter(FileChannel file) {
        try {
            return (int) ENTER.invokeExact(file);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static void leave(FileChannel file, int ticket) {
        try {
            LEAVE.invokeExact(file, ticket);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * The descriptor of a file that has been {@link #enter entered}.
     *
     * @throws ClosedChannelException if it was closed before that
     */
    static int of(FileChannel file) throws ClosedChannelException {
        // In this order, as the JDK does: who closes first marks the channel, then looks for users.
        if (!file.isOpen()) {
            throw new ClosedChannelException();
        }
        try {
            return (int) FILE_NUMBER.invokeExact(file);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** None of the handles declares an exception. */
    private static RuntimeException unexpected(Throwable e) {
        if (e instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(e);
    }
}
