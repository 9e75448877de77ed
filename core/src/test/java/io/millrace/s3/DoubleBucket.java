package io.millrace.s3;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The objects and the multipart uploads of one bucket. Each change and its condition are one step
 * for all. Threads: any.
 */
final class DoubleBucket {

    /** S3 lists keys in the order of their bytes in UTF-8. */
    static final Comparator<String> ORDER = (a, b) -> Arrays.compareUnsigned(
            a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    /** A part that Complete names. */
    record Named(int number, String etag, String sha256) {
    }

    private record Begun(String key, Instant at, Map<String, String> fields,
            TreeMap<Integer, S3Stored> parts) {
    }

    private final TreeMap<String, S3Stored> objects = new TreeMap<>(ORDER);
    private final TreeMap<String, Begun> uploads = new TreeMap<>();
    private final Supplier<Instant> clock;
    private int lastUpload;
    private int lastUnkept;

    DoubleBucket(Supplier<Instant> clock) {
        this.clock = clock;
    }

    synchronized S3Stored get(String key) {
        return objects.get(key);
    }

    synchronized SortedMap<String, S3Stored> all() {
        return new TreeMap<>(objects);
    }

    synchronized List<S3Unfinished> unfinished() {
        List<S3Unfinished> list = new ArrayList<>();
        uploads.forEach((id, begun) -> list.add(new S3Unfinished(id, begun.key, begun.at,
                begun.fields, new TreeMap<>(begun.parts))));
        list.sort(Comparator.comparing(S3Unfinished::key, ORDER)
                .thenComparing(S3Unfinished::id));
        return list;
    }

    synchronized void putDirectly(String key, S3Stored object) {
        objects.put(key, object);
    }

    /** Not atomic with anything that follows: what a request is refused for before its body. */
    synchronized void checkEarly(DoubleCall call) throws DoubleRefusal {
        DoubleConditions.checkWrite(call, objects.get(call.key()));
    }

    synchronized S3Stored put(DoubleCall call, DoubleBody body, boolean conditions)
            throws DoubleRefusal {
        if (conditions) {
            DoubleConditions.checkWrite(call, objects.get(call.key()));
        }
        S3Stored object = stored(call, body, kept(call));
        objects.put(call.key(), object);
        return object;
    }

    synchronized void delete(DoubleCall call, boolean conditions) throws DoubleRefusal {
        if (conditions) {
            DoubleConditions.checkDelete(call, objects.get(call.key()));
        }
        objects.remove(call.key());
    }

    synchronized String begin(DoubleCall call) {
        String id = "upload-" + ++lastUpload + "~.+/=";
        uploads.put(id, new Begun(call.key(), clock.get().truncatedTo(ChronoUnit.MILLIS),
                kept(call), new TreeMap<>()));
        return id;
    }

    private Begun upload(DoubleCall call) throws DoubleRefusal {
        Begun begun = uploads.get(call.query().get("uploadId"));
        if (begun == null || !begun.key.equals(call.key())) {
            throw new DoubleRefusal(404, "NoSuchUpload", "The specified upload does not exist. "
                    + "The upload ID may be invalid, or the upload may have been aborted or "
                    + "completed.");
        }
        return begun;
    }

    /** Whether there is that upload. */
    synchronized void checkUpload(DoubleCall call) throws DoubleRefusal {
        upload(call);
    }

    synchronized S3Unfinished find(DoubleCall call) throws DoubleRefusal {
        Begun begun = upload(call);
        return new S3Unfinished(call.query().get("uploadId"), begun.key, begun.at, begun.fields,
                new TreeMap<>(begun.parts));
    }

    synchronized S3Stored part(DoubleCall call, int number, DoubleBody body) throws DoubleRefusal {
        S3Stored part = stored(call, body, Map.of());
        upload(call).parts.put(number, part);
        return part;
    }

    synchronized void abort(DoubleCall call) throws DoubleRefusal {
        upload(call);
        uploads.remove(call.query().get("uploadId"));
    }

    synchronized S3Stored complete(DoubleCall call, List<Named> named, long leastBytes,
            boolean conditions) throws DoubleRefusal {
        Begun begun = upload(call);
        if (conditions) {
            DoubleConditions.checkWrite(call, objects.get(call.key()));
        }
        List<S3Stored> parts = new ArrayList<>();
        int last = 0;
        for (Named part : named) {
            if (part.number <= last) {
                throw new DoubleRefusal(400, "InvalidPartOrder",
                        "The list of parts was not in ascending order.");
            }
            last = part.number;
            parts.add(named(begun, part));
        }
        if (parts.isEmpty()) {
            throw new DoubleRefusal(400, "MalformedXML", "no parts");
        }
        for (S3Stored part : parts.subList(0, parts.size() - 1)) {
            if (part.length() < leastBytes) {
                throw new DoubleRefusal(400, "EntityTooSmall", "Your proposed upload is smaller "
                        + "than the minimum allowed object size.");
            }
        }
        S3Stored object = joined(begun, parts);
        objects.put(call.key(), object);
        uploads.remove(call.query().get("uploadId"));
        return object;
    }

    private static S3Stored named(Begun begun, Named named) throws DoubleRefusal {
        S3Stored part = begun.parts.get(named.number);
        if (part == null || !part.etag().replace("\"", "").equals(named.etag.replace("\"", ""))
                || !named.sha256.isEmpty()
                && !named.sha256.equals(part.fields().get("x-amz-checksum-sha256"))) {
            throw new DoubleRefusal(400, "InvalidPart", "One or more of the specified parts could "
                    + "not be found: " + named.number);
        }
        return part;
    }

    private S3Stored joined(Begun begun, List<S3Stored> parts) {
        long length = parts.stream().mapToLong(S3Stored::length).sum();
        boolean kept = parts.stream().allMatch(part -> part.bytes() != null);
        byte[] bytes = kept ? new byte[(int) length] : null;
        MessageDigest md5 = DoubleDigests.digest("MD5");
        MessageDigest sha256 = DoubleDigests.digest("SHA-256");
        boolean summed = true;
        int at = 0;
        for (S3Stored part : parts) {
            if (kept) {
                System.arraycopy(part.bytes(), 0, bytes, at, part.bytes().length);
                at += part.bytes().length;
            }
            md5.update(HexFormat.of().parseHex(part.etag().replace("\"", "")));
            String sum = part.fields().get("x-amz-checksum-sha256");
            summed &= sum != null;
            if (sum != null) {
                sha256.update(Base64.getDecoder().decode(sum));
            }
        }
        Map<String, String> fields = new LinkedHashMap<>(begun.fields);
        if (summed) {
            fields.put("x-amz-checksum-sha256",
                    Base64.getEncoder().encodeToString(sha256.digest()) + '-' + parts.size());
            fields.put("x-amz-checksum-type", "COMPOSITE");
        }
        return new S3Stored(bytes, length, '"' + HexFormat.of().formatHex(md5.digest()) + '-'
                + parts.size() + '"', Map.copyOf(fields), now(), parts.size());
    }

    private Instant now() {
        return clock.get().truncatedTo(ChronoUnit.SECONDS);
    }

    private S3Stored stored(DoubleCall call, DoubleBody body, Map<String, String> kept) {
        Map<String, String> fields = new LinkedHashMap<>(kept);
        for (String name : DoubleDigests.KNOWN) {
            if (call.has("x-amz-checksum-" + name)) {
                fields.put("x-amz-checksum-" + name, body.checksums.get(name));
                fields.put("x-amz-checksum-type", "FULL_OBJECT");
            }
        }
        String md5 = body.checksums.get("md5");
        String etag = md5 != null ? HexFormat.of().formatHex(Base64.getDecoder().decode(md5))
                : String.format("%032x", ++lastUnkept);
        return new S3Stored(body.bytes, body.length, '"' + etag + '"', Map.copyOf(fields), now(),
                0);
    }

    /** What S3 keeps of a request: system-defined metadata, and the user's own. */
    private static Map<String, String> kept(DoubleCall call) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("content-type", "binary/octet-stream");
        for (Map.Entry<String, String> field : call.fields().entrySet()) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (List.of("content-type", "cache-control", "content-disposition",
                    "content-language", "expires").contains(name)
                    || name.startsWith("x-amz-meta-")) {
                fields.put(name, field.getValue());
            }
        }
        String coding = call.field("content-encoding").replaceFirst("^aws-chunked *,? *", "");
        if (!coding.isEmpty()) {
            fields.put("content-encoding", coding);
        }
        return fields;
    }
}
