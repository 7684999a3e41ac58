package io.penstock.api.input;

import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Entity tags (RFC 9110, 8.8.3): the version that changes are checked against, and a digest of what is shown besides, so that an answer
 * out of a cache is never older than what is seen of the upstream.
 */
public final class Tag {

    /** The version of what is made and deleted, but never changed. */
    public static final long ONLY = 1;

    private static final Pattern OURS = Pattern.compile("\"(\\d{1,18})(?:-[0-9a-f]{8})?\"");

    private Tag() {}

    public static String of(long version, Object shown) {
        return "\"" + version + "-" + HexFormat.of().toHexDigits(shown.hashCode()) + "\"";
    }

    /** Whether the client named the version that it wants to change. */
    public static boolean conditional(ServerHttpRequest request) {
        var tags = tags(request);
        return !tags.isEmpty() && !tags.equals(List.of("*"));
    }

    /** Throws {@code Stale} where {@code If-Match} does not name the current version; a tag that is not ours names none. */
    public static void demand(ServerHttpRequest request, long current) {
        if (conditional(request) && tags(request).stream().noneMatch(tag -> names(tag, current))) {
            throw new Refusal(
                    new Reason.Stale("If-Match names another version; the current one is \"" + current + "\""));
        }
    }

    private static boolean names(String tag, long version) {
        var ours = OURS.matcher(tag);
        return ours.matches() && Long.parseLong(ours.group(1)) == version;
    }

    /** Not {@code getValuesAsList}, which takes the quotes off. */
    private static List<String> tags(ServerHttpRequest request) {
        return request.getHeaders().getOrEmpty(HttpHeaders.IF_MATCH).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .filter(tag -> !tag.isEmpty())
                .toList();
    }
}
