package io.millrace.s3;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * One request as {@link S3Double} has understood it, and what has become of it. Threads: any; the
 * double's thread writes what changes.
 */
public final class DoubleCall {

    private final String method;
    private final String rawPath;
    private final String bucket;
    private final String key;
    private final Map<String, String> query;
    private final Map<String, String> fields;
    private volatile long bodyBytes;
    private volatile int status;
    private volatile boolean clientLeft;

    DoubleCall(String method, String target, Map<String, String> fields, String ownBucket) {
        int mark = target.indexOf('?');
        this.method = method;
        this.rawPath = mark < 0 ? target : target.substring(0, mark);
        this.fields = Collections.unmodifiableMap(fields);
        query = new TreeMap<>();
        if (mark >= 0 && mark + 1 < target.length()) {
            for (String pair : target.substring(mark + 1).split("&")) {
                int equals = pair.indexOf('=');
                query.put(decoded(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        String path = decoded(rawPath).substring(1);
        if (field("host").startsWith(ownBucket + ".")) {
            bucket = ownBucket;
            key = path;
        } else {
            int slash = path.indexOf('/');
            bucket = slash < 0 ? path : path.substring(0, slash);
            key = slash < 0 ? "" : path.substring(slash + 1);
        }
    }

    /** Calls of one operation, named as in AWS's S3 API, such as {@code PutObject}. */
    public static Predicate<DoubleCall> is(String operation) {
        return call -> call.operation().equals(operation);
    }

    /** Calls of one operation on one key. */
    public static Predicate<DoubleCall> is(String operation, String key) {
        return call -> call.operation().equals(operation) && call.key.equals(key);
    }

    public String method() {
        return method;
    }

    /** The path as it came, with its percent-encoding and without the query. */
    public String rawPath() {
        return rawPath;
    }

    public String bucket() {
        return bucket;
    }

    /** Decoded; empty for a request of the bucket itself. */
    public String key() {
        return key;
    }

    /** Decoded names and values; what has no value has an empty one. */
    public Map<String, String> query() {
        return query;
    }

    /** By names in small letters. */
    public Map<String, String> fields() {
        return fields;
    }

    /** The value of a field, or the empty string. */
    public String field(String name) {
        return fields.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    boolean has(String field) {
        return fields.containsKey(field);
    }

    /** The name of AWS's S3 API for it, or {@code Unknown}. */
    public String operation() {
        return key.isEmpty() ? ofBucket() : ofObject();
    }

    private String ofBucket() {
        switch (method) {
            case "HEAD":
                return "HeadBucket";
            case "PUT":
                return "CreateBucket";
            case "GET":
                return query.containsKey("uploads") ? "ListMultipartUploads"
                        : query.containsKey("location") ? "GetBucketLocation"
                        : "2".equals(query.get("list-type")) ? "ListObjectsV2" : "ListObjects";
            default:
                return "Unknown";
        }
    }

    private String ofObject() {
        boolean ofUpload = query.containsKey("uploadId");
        switch (method) {
            case "HEAD":
                return "HeadObject";
            case "GET":
                return ofUpload ? "ListParts" : "GetObject";
            case "PUT":
                return has("x-amz-copy-source") ? "Unknown" : ofUpload ? "UploadPart" : "PutObject";
            case "DELETE":
                return ofUpload ? "AbortMultipartUpload" : "DeleteObject";
            case "POST":
                return ofUpload ? "CompleteMultipartUpload"
                        : query.containsKey("uploads") ? "CreateMultipartUpload" : "Unknown";
            default:
                return "Unknown";
        }
    }

    /** Bytes of the body that have come, without the frames of aws-chunked. */
    public long bodyBytes() {
        return bodyBytes;
    }

    void received(long bytes) {
        bodyBytes += bytes;
    }

    /** The status that was answered; 0 if none was, or not yet. */
    public int status() {
        return status;
    }

    void answered(int answer) {
        status = answer;
    }

    /** Whether the client closed the connection before it had its answer. */
    public boolean clientLeft() {
        return clientLeft;
    }

    void left() {
        clientLeft = true;
    }

    boolean expectsContinue() {
        return field("expect").equalsIgnoreCase("100-continue");
    }

    /** Percent-decoding alone: a plus stays one. */
    static String decoded(String text) {
        byte[] from = text.getBytes(StandardCharsets.ISO_8859_1);
        byte[] to = new byte[from.length];
        int length = 0;
        for (int i = 0; i < from.length; i++) {
            if (from[i] == '%' && i + 2 < from.length) {
                to[length++] = (byte) Integer.parseInt(text.substring(i + 1, i + 3), 16);
                i += 2;
            } else {
                to[length++] = from[i];
            }
        }
        return new String(to, 0, length, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return operation() + ' ' + key + (query.isEmpty() ? "" : " " + query) + " > " + status
                + (clientLeft ? ", the client left" : "");
    }
}
