package io.millrace.s3;

import io.millrace.http.HttpException;
import io.millrace.http.PercentEncoding;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where objects are kept: an engine, a bucket, and what all keys begin with.
 *
 * <p>Threads: any.
 */
public final class S3Place {

    private static final String DEFAULT_REGION = "us-east-1";
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,254}");
    /** A name before which the bucket's can stand. */
    private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9.-]*[A-Za-z][A-Za-z0-9.-]*");
    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9-]{1,64}");
    /** Path style: {@code s3.eu-west-1.amazonaws.com}, also with dualstack, fips or a dash. */
    private static final Pattern AWS_HOST = Pattern.compile(
            "s3(?:-fips)?(?:[.-](?:dualstack\\.)?([a-z]{2,}(?:-[a-z]+)+-\\d+))?"
                    + "\\.amazonaws\\.com(?:\\.cn)?");

    private final boolean isTls;
    private final String host;
    private final int port;
    private final String bucket;
    private final String prefix;
    private final String region;
    private final boolean isHostStyle;

    private S3Place(boolean isTls, String host, int port, String bucket, String prefix,
            String region, boolean isHostStyle) {
        this.isTls = isTls;
        this.host = host;
        this.port = port;
        this.bucket = bucket;
        this.prefix = prefix;
        this.region = region;
        this.isHostStyle = isHostStyle;
    }

    /**
     * The place of a URL.
     *
     * @param url {@code https://ENDPOINT/BUCKET} or {@code https://ENDPOINT/BUCKET/PREFIX/}; the
     *     prefix is percent-encoded where it must be, and ends with a slash whether it says so or
     *     not
     * @param region what requests are signed for; null for the one that an endpoint of AWS names,
     *     and us-east-1 elsewhere, which most engines take
     * @param isHostStyle whether the bucket is asked for as {@code BUCKET.ENDPOINT}
     * @throws IllegalArgumentException if the URL names no bucket, or has what such a URL can't
     *     have; the message says what, and shows nothing of a password in it
     */
    public static S3Place of(String url, String region, boolean isHostStyle) {
        URI uri = uri(url);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        require(scheme.equals("https") || scheme.equals("http"),
                "the bucket's URL must begin with https:// or http://");
        require(uri.getRawUserInfo() == null,
                "keys don't belong in the bucket's URL, which logs and process lists show");
        require(uri.getHost() != null, "the bucket's URL has no valid host: write"
                + " https://ENDPOINT/BUCKET/");
        require(uri.getRawQuery() == null && uri.getRawFragment() == null,
                "the bucket's URL can't have a query or a fragment");
        String path = uri.getRawPath();
        int end = path.indexOf('/', 1);
        String bucket = path.isEmpty() ? "" : path.substring(1, end < 0 ? path.length() : end);
        require(BUCKET.matcher(bucket).matches(), "the bucket's URL names no valid bucket: write"
                + " https://ENDPOINT/BUCKET/");
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        require(!isHostStyle || DOMAIN.matcher(host).matches(),
                "host style needs an endpoint with a domain name, not an address");
        String signedFor = region != null ? region : regionOf(host);
        String refusal = refusal(signedFor);
        require(refusal == null, "the region " + refusal);
        return new S3Place(scheme.equals("https"), host, uri.getPort(), bucket,
                prefix(end < 0 ? "" : path.substring(end + 1)), signedFor, isHostStyle);
    }

    private static URI uri(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) { // its message shows the URL
            throw new IllegalArgumentException("the bucket's URL is malformed at character "
                    + e.getIndex() + ": write https://ENDPOINT/BUCKET/PREFIX/, percent-encoded");
        }
    }

    private static String prefix(String path) {
        if (path.isEmpty()) {
            return "";
        }
        StringBuilder prefix = new StringBuilder();
        String whole = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        for (String segment : whole.split("/", -1)) {
            String decoded;
            try {
                decoded = PercentEncoding.decode(segment, 0, segment.length());
            } catch (HttpException e) {
                throw new IllegalArgumentException("the prefix in the bucket's URL: "
                        + e.getMessage(), e);
            }
            require(!decoded.isEmpty() && !decoded.equals(".") && !decoded.equals("..")
                    && decoded.indexOf('/') < 0, "the prefix in the bucket's URL can't have empty"
                    + " segments, . or .., or encoded slashes");
            prefix.append(decoded).append('/');
        }
        return prefix.toString();
    }

    private static String regionOf(String host) {
        Matcher matcher = AWS_HOST.matcher(host);
        return matcher.matches() && matcher.group(1) != null ? matcher.group(1) : DEFAULT_REGION;
    }

    private static void require(boolean isRight, String message) {
        if (!isRight) {
            throw new IllegalArgumentException(message);
        }
    }

    /** What all keys begin with: empty, or ends with a slash. */
    public String prefix() {
        return prefix;
    }

    /** The region that requests are signed for. */
    public String region() {
        return region;
    }

    /** Whether requests go over TLS. */
    public boolean isTls() {
        return isTls;
    }

    /** The name of the bucket. */
    public String bucket() {
        return bucket;
    }

    /** Whether the endpoint is one of AWS, which are one per region. */
    boolean isAws() {
        return AWS_HOST.matcher(host).matches();
    }

    /** The same bucket of AWS in another region. */
    S3Place in(String otherRegion) {
        String domain = host.endsWith(".cn") ? ".amazonaws.com.cn" : ".amazonaws.com";
        return new S3Place(isTls, "s3." + otherRegion + domain, port, bucket, prefix, otherRegion,
                isHostStyle);
    }

    /** The name of the host that is asked. */
    String hostName() {
        return isHostStyle ? bucket + "." + host : host;
    }

    /** The host as it stands in a request, with the port unless it is the scheme's. */
    String authority() {
        String name = hostName();
        return port < 0 || port == (isTls ? 443 : 80) ? name : name + ":" + port;
    }

    /** Why a region can't be one; null if it can. */
    public static @Nullable String refusal(String region) {
        return REGION.matcher(region).matches() ? null
                : "must be a name of letters, digits and hyphens, such as eu-west-1";
    }

    /** The path of a request, percent-encoded once; null for the bucket itself. */
    String path(String key) {
        String of = isHostStyle ? "/" : "/" + bucket + (key == null ? "" : "/");
        return key == null ? of : of + UriText.path(prefix + key);
    }

    /** The URI of a request. Its path may have empty segments, which are data here. */
    URI uri(String path, String query) {
        return URI.create((isTls ? "https://" : "http://") + authority() + path
                + (query.isEmpty() ? "" : "?" + query));
    }

    /** The URL, for banners and messages. */
    @Override
    public String toString() {
        String port = this.port < 0 ? "" : ":" + this.port;
        return (isTls ? "https://" : "http://") + host + port + "/" + bucket + "/"
                + UriText.path(prefix);
    }
}
