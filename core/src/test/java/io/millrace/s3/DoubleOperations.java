package io.millrace.s3;

import io.millrace.http.HttpDate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request asks for, done and answered as AWS's S3 API documents each operation. */
final class DoubleOperations {

    private static final int MAX_PARTS = 10_000;
    private static final int MAX_KEY_BYTES = 1_024;
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]*)-([0-9]*)");
    private static final Pattern PART = Pattern.compile("(?s)<Part>(.*?)</Part>");

    private final DoubleBucket bucket;
    private final DoubleSettings settings;
    private final String url;

    /** @param url where the bucket is, with its name and a slash at its end */
    DoubleOperations(DoubleBucket bucket, DoubleSettings settings, String url) {
        this.bucket = bucket;
        this.settings = settings;
        this.url = url;
    }

    /** What a request is refused for before its body is read. */
    void checkHead(DoubleCall call, boolean conditions) throws DoubleRefusal {
        if (!call.bucket().equals(S3Double.BUCKET)) {
            throw new DoubleRefusal(DoubleAnswer.error(404, "NoSuchBucket",
                    "The specified bucket does not exist", Map.of("BucketName", call.bucket())));
        }
        if (call.operation().equals("CreateBucket")) {
            throw new DoubleRefusal(409, "BucketAlreadyOwnedByYou", "It is there already.");
        }
        if (call.key().getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES) {
            throw new DoubleRefusal(400, "KeyTooLongError", "Your key is too long");
        }
        String operation = call.operation();
        if (operation.equals("PutObject") || operation.equals("UploadPart")) {
            if (DoubleBody.length(call) > settings.maxPutBytes) {
                throw new DoubleRefusal(400, "EntityTooLarge",
                        "Your proposed upload exceeds the maximum allowed size");
            }
        }
        if (operation.equals("PutObject") && conditions && settings.holdsConditions
                && settings.checksEarly) {
            bucket.checkEarly(call);
        }
        if (call.query().containsKey("uploadId")) {
            bucket.checkUpload(call);
        }
        if (operation.equals("UploadPart")) {
            partNumber(call);
        }
    }

    DoubleAnswer answer(DoubleCall call, DoubleBody body, S3Fault fault) throws DoubleRefusal {
        boolean conditions =
                settings.holdsConditions && fault.twist != S3Fault.Twist.NO_CONDITIONS;
        switch (call.operation()) {
            case "HeadBucket":
                return DoubleAnswer.of(200).field("x-amz-bucket-region", settings.keys.region());
            case "GetBucketLocation":
                return DoubleAnswer.xml(200, "<LocationConstraint>" + settings.keys.region()
                        + "</LocationConstraint>");
            case "ListObjectsV2":
                return DoubleListing.objects(call, bucket.all());
            case "ListMultipartUploads":
                return DoubleListing.uploads(call, bucket.unfinished(),
                        settings.uploadsPerPage);
            case "ListParts":
                return DoubleListing.parts(call, bucket.find(call));
            case "GetObject":
            case "HeadObject":
                return read(call, fault.twist != S3Fault.Twist.NO_CONDITIONS);
            case "PutObject":
                return written(bucket.put(call, body, conditions && settings.checksLate));
            case "DeleteObject":
                bucket.delete(call, conditions && settings.holdsDeletes);
                return DoubleAnswer.of(204);
            case "CreateMultipartUpload":
                return DoubleAnswer.xml(200, "<InitiateMultipartUploadResult><Bucket>"
                        + call.bucket() + "</Bucket><Key>" + DoubleAnswer.escaped(call.key())
                        + "</Key><UploadId>" + bucket.begin(call)
                        + "</UploadId></InitiateMultipartUploadResult>");
            case "UploadPart":
                return written(bucket.part(call, partNumber(call), body));
            case "CompleteMultipartUpload":
                return complete(call, body, fault, conditions);
            case "AbortMultipartUpload":
                bucket.abort(call);
                return DoubleAnswer.of(204);
            default:
                throw new DoubleRefusal(501, "NotImplemented", "A header you provided implies "
                        + "functionality that is not implemented: " + call.method());
        }
    }

    private static int partNumber(DoubleCall call) throws DoubleRefusal {
        String number = call.query().getOrDefault("partNumber", "");
        if (number.matches("[1-9][0-9]{0,4}") && Integer.parseInt(number) <= MAX_PARTS) {
            return Integer.parseInt(number);
        }
        throw new DoubleRefusal(400, "InvalidArgument",
                "Part number must be an integer between 1 and 10000, inclusive");
    }

    private DoubleAnswer complete(DoubleCall call, DoubleBody body, S3Fault fault,
            boolean conditions) throws DoubleRefusal {
        List<DoubleBucket.Named> parts = new ArrayList<>();
        Matcher part = PART.matcher(body.text());
        while (part.find()) {
            parts.add(new DoubleBucket.Named(Integer.parseInt(element(part.group(1), "PartNumber")),
                    element(part.group(1), "ETag"), element(part.group(1), "ChecksumSHA256")));
        }
        if (fault.twist == S3Fault.Twist.ERROR_INSIDE) {
            return DoubleAnswer.text(200, "application/xml", "<?xml version=\"1.0\"?>\n   \n"
                    + DoubleAnswer.errorElement(fault.code, "asked for by a test", Map.of()));
        }
        S3Stored object = bucket.complete(call, parts, settings.leastPartBytes, conditions);
        String sum = object.fields().get("x-amz-checksum-sha256");
        return DoubleAnswer.xml(200, "<CompleteMultipartUploadResult><Location>" + url
                + "</Location><Bucket>" + call.bucket() + "</Bucket><Key>"
                + DoubleAnswer.escaped(call.key()) + "</Key><ETag>"
                + (fault.twist == S3Fault.Twist.NO_ETAG ? ""
                        : DoubleAnswer.escaped(object.etag())) + "</ETag>"
                + (sum == null ? "" : "<ChecksumSHA256>" + sum + "</ChecksumSHA256>")
                + "</CompleteMultipartUploadResult>");
    }

    private static String element(String text, String name) {
        Matcher found = Pattern.compile("(?s)<" + name + ">(.*?)</" + name + ">").matcher(text);
        return !found.find() ? "" : found.group(1).trim().replace("&quot;", "\"")
                .replace("&#34;", "\"").replace("&#x22;", "\"").replace("&amp;", "&");
    }

    private static DoubleAnswer written(S3Stored object) {
        DoubleAnswer answer = DoubleAnswer.of(200).field("ETag", object.etag());
        object.fields().forEach((name, value) -> {
            if (name.startsWith("x-amz-checksum-")) {
                answer.field(name, value);
            }
        });
        return answer;
    }

    private DoubleAnswer read(DoubleCall call, boolean conditions) throws DoubleRefusal {
        S3Stored object = bucket.get(call.key());
        if (object == null) {
            throw DoubleConditions.noSuchKey(call);
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("ETag", object.etag());
        fields.put("Last-Modified", HttpDate.format(object.modified().getEpochSecond()));
        if (conditions && !DoubleConditions.checkRead(call, object)) {
            return DoubleAnswer.of(304).fields(fields);
        }
        fields.put("Accept-Ranges", "bytes");
        long[] range = range(call, object.length());
        boolean sums = range == null && call.field("x-amz-checksum-mode").equals("ENABLED");
        object.fields().forEach((name, value) -> {
            if (sums || !name.startsWith("x-amz-checksum-")) {
                fields.put(name, value);
            }
        });
        if (range == null) {
            return DoubleAnswer.of(200, object.bytes(), object.length()).fields(fields);
        }
        fields.put("Content-Range", "bytes " + range[0] + '-' + (range[1] - 1) + '/'
                + object.length());
        return DoubleAnswer.of(206, object.bytes() == null ? null
                : Arrays.copyOfRange(object.bytes(), (int) range[0], (int) range[1]),
                range[1] - range[0]).fields(fields);
    }

    /** Where it begins and ends; null if the whole object is to be answered. */
    private static long[] range(DoubleCall call, long length) throws DoubleRefusal {
        Matcher range = RANGE.matcher(call.field("range"));
        if (!range.matches() || range.group(1).isEmpty() && range.group(2).isEmpty()) {
            return null;
        }
        long from;
        long to = length;
        if (range.group(1).isEmpty()) {
            long last = Long.parseLong(range.group(2));
            from = Math.max(0, length - last);
        } else {
            from = Long.parseLong(range.group(1));
            if (!range.group(2).isEmpty()) {
                long end = Long.parseLong(range.group(2));
                if (end < from) {
                    return null;
                }
                to = Math.min(length, end + 1);
            }
        }
        if (from >= length) {
            throw new DoubleRefusal(DoubleAnswer.error(416, "InvalidRange",
                    "The requested range is not satisfiable",
                    Map.of("ActualObjectSize", Long.toString(length),
                            "RangeRequested", call.field("range")))
                    .field("Content-Range", "bytes */" + length));
        }
        return new long[] {from, to};
    }
}
