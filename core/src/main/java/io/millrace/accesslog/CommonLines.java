package io.millrace.accesslog;

/**
 * Lines in the Common Log Format, or the Combined one.
 *
 * <p>Threads: the access log's.
 */
final class CommonLines implements LineFormat {

    private final boolean combined;
    private final SecondText time = new SecondText("dd/MMM/yyyy:HH:mm:ss");

    CommonLines(boolean combined) {
        this.combined = combined;
    }

    @Override
    public void append(Entry entry, long epochMillis, LineBuffer line) {
        line.addWord(entry.connection.peerText());
        line.add(" - ");
        if (entry.user == null || entry.user.isEmpty()) { // which would be no field at all
            line.add("-");
        } else {
            line.addWord(entry.user);
        }
        line.add(" [").add(time.of(Math.floorDiv(epochMillis, 1000))).add(" +0000] \"");
        if (entry.method == null) {
            line.addEscaped(entry.requestLine);
        } else {
            line.addEscaped(entry.method);
            line.add(" ");
            line.addEscaped(entry.target);
            line.add(entry.isHttp11 ? " HTTP/1.1" : " HTTP/1.0");
        }
        line.add("\" ");
        if (entry.status == 0) {
            line.add("-");
        } else {
            line.add(entry.status);
        }
        line.add(" ").add(entry.sentBytes);
        if (combined) {
            appendField(entry.referer, line);
            appendField(entry.userAgent, line);
        }
        line.endLine();
    }

    private static void appendField(String value, LineBuffer line) {
        line.add(" \"");
        if (value == null) {
            line.add("-");
        } else {
            line.addEscaped(value);
        }
        line.add("\"");
    }
}
