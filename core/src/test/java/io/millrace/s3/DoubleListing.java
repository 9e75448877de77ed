package io.millrace.s3;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** ListObjectsV2, ListMultipartUploads and ListParts, in XML as AWS documents them. */
final class DoubleListing {

    private final Map<String, String> query;
    private final boolean encode;

    private DoubleListing(DoubleCall call) {
        query = call.query();
        encode = "url".equals(query.get("encoding-type"));
    }

    private String parameter(String name) {
        return query.getOrDefault(name, "");
    }

    private int count(String name) throws DoubleRefusal {
        try {
            int count = query.containsKey(name) ? Integer.parseInt(query.get(name)) : 1_000;
            if (count >= 0) {
                return Math.min(count, 1_000);
            }
        } catch (NumberFormatException e) {
            throw new DoubleRefusal(400, "InvalidArgument", name + " must be a number: " + e);
        }
        throw new DoubleRefusal(400, "InvalidArgument", name + " must not be negative");
    }

    private static String element(String name, Object value) {
        return '<' + name + '>' + DoubleAnswer.escaped(value.toString()) + "</" + name + '>';
    }

    /** A key, or what is made of keys: AWS encodes a space as a plus. */
    private String key(String name, String value) {
        return element(name, encode ? DoubleSignature.encoded(value, "/").replace("%20", "+")
                : value);
    }

    private String optional(String name, String parameter) {
        return query.containsKey(parameter) ? key(name, parameter(parameter)) : "";
    }

    private String head(String name, DoubleCall call) {
        return '<' + name + " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                + element(name.equals("ListBucketResult") ? "Name" : "Bucket", call.bucket())
                + (encode ? element("EncodingType", "url") : "");
    }

    static DoubleAnswer objects(DoubleCall call, SortedMap<String, S3Stored> all)
            throws DoubleRefusal {
        return new DoubleListing(call).objectsOf(call, all);
    }

    private DoubleAnswer objectsOf(DoubleCall call, SortedMap<String, S3Stored> all)
            throws DoubleRefusal {
        int most = count("max-keys");
        String prefix = parameter("prefix");
        String delimiter = parameter("delimiter");
        String after = after();
        List<String> contents = new ArrayList<>();
        List<String> prefixes = new ArrayList<>();
        String last = "";
        boolean more = false;
        for (Map.Entry<String, S3Stored> entry : all.entrySet()) {
            String key = entry.getKey();
            if (!key.startsWith(prefix) || DoubleBucket.ORDER.compare(key, after) <= 0) {
                continue;
            }
            int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
            String common = end < 0 ? null : key.substring(0, end + delimiter.length());
            if (common != null && (common.equals(last) || common.equals(after))) {
                continue;
            }
            if (contents.size() + prefixes.size() == most) {
                more = most > 0;
                break;
            }
            last = common == null ? key : common;
            if (common == null) {
                contents.add("<Contents>" + key("Key", key) + stored(entry.getValue())
                        + "<StorageClass>STANDARD</StorageClass></Contents>");
            } else {
                prefixes.add("<CommonPrefixes>" + key("Prefix", common) + "</CommonPrefixes>");
            }
        }
        String token = Base64.getEncoder().encodeToString(last.getBytes(StandardCharsets.UTF_8));
        return DoubleAnswer.xml(200, head("ListBucketResult", call) + key("Prefix", prefix)
                + optional("Delimiter", "delimiter") + optional("StartAfter", "start-after")
                + element("MaxKeys", most) + element("KeyCount", contents.size() + prefixes.size())
                + element("IsTruncated", more)
                + (query.containsKey("continuation-token")
                        ? element("ContinuationToken", parameter("continuation-token")) : "")
                + (more ? element("NextContinuationToken", token) : "")
                + String.join("", contents) + String.join("", prefixes) + "</ListBucketResult>");
    }

    /** A token goes before start-after, which every page is asked with. */
    private String after() throws DoubleRefusal {
        if (!query.containsKey("continuation-token")) {
            return parameter("start-after");
        }
        try {
            return new String(Base64.getDecoder().decode(parameter("continuation-token")),
                    StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new DoubleRefusal(400, "InvalidArgument",
                    "The continuation token provided is incorrect: " + e);
        }
    }

    private static String stored(S3Stored object) {
        return element("LastModified", object.modified().toString().replace("Z", ".000Z"))
                + element("ETag", object.etag()) + element("Size", object.length());
    }

    static DoubleAnswer uploads(DoubleCall call, List<S3Unfinished> all, int perPage)
            throws DoubleRefusal {
        return new DoubleListing(call).uploadsOf(call, all, perPage);
    }

    private DoubleAnswer uploadsOf(DoubleCall call, List<S3Unfinished> all, int perPage)
            throws DoubleRefusal {
        int most = Math.min(count("max-uploads"), perPage);
        String keyMarker = parameter("key-marker");
        String idMarker = parameter("upload-id-marker");
        StringBuilder found = new StringBuilder();
        S3Unfinished last = null;
        int count = 0;
        boolean more = false;
        for (S3Unfinished upload : all) {
            int order = DoubleBucket.ORDER.compare(upload.key(), keyMarker);
            if (!upload.key().startsWith(parameter("prefix"))
                    || !keyMarker.isEmpty() && (order < 0 || order == 0
                    && (idMarker.isEmpty() || upload.id().compareTo(idMarker) <= 0))) {
                continue;
            }
            if (count == most) {
                more = true;
                break;
            }
            count++;
            last = upload;
            found.append("<Upload>").append(key("Key", upload.key()))
                    .append(element("UploadId", upload.id()))
                    .append(element("StorageClass", "STANDARD"))
                    .append(element("Initiated", upload.initiated())).append("</Upload>");
        }
        return DoubleAnswer.xml(200, head("ListMultipartUploadsResult", call)
                + key("KeyMarker", keyMarker) + element("UploadIdMarker", idMarker)
                + (more ? key("NextKeyMarker", last.key())
                        + element("NextUploadIdMarker", last.id()) : "")
                + key("Prefix", parameter("prefix")) + element("MaxUploads", most)
                + element("IsTruncated", more) + found + "</ListMultipartUploadsResult>");
    }

    static DoubleAnswer parts(DoubleCall call, S3Unfinished upload) throws DoubleRefusal {
        return new DoubleListing(call).partsOf(call, upload);
    }

    private DoubleAnswer partsOf(DoubleCall call, S3Unfinished upload) throws DoubleRefusal {
        int most = count("max-parts");
        int marker = query.containsKey("part-number-marker")
                ? Integer.parseInt(parameter("part-number-marker")) : 0;
        StringBuilder found = new StringBuilder();
        int count = 0;
        int last = 0;
        boolean more = false;
        for (Map.Entry<Integer, S3Stored> part : upload.parts().entrySet()) {
            if (part.getKey() <= marker) {
                continue;
            }
            if (count == most) {
                more = true;
                break;
            }
            count++;
            last = part.getKey();
            String sum = part.getValue().fields().get("x-amz-checksum-sha256");
            found.append("<Part>").append(element("PartNumber", last))
                    .append(stored(part.getValue()))
                    .append(sum == null ? "" : element("ChecksumSHA256", sum)).append("</Part>");
        }
        return DoubleAnswer.xml(200, head("ListPartsResult", call) + key("Key", call.key())
                + element("UploadId", upload.id()) + element("PartNumberMarker", marker)
                + (more ? element("NextPartNumberMarker", last) : "")
                + element("MaxParts", most) + element("IsTruncated", more) + found
                + "</ListPartsResult>");
    }
}
