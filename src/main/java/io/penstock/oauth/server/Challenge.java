package io.penstock.oauth.server;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an upstream says when it wants a token (RFC 6750, 3; RFC 9728, 5.1).
 *
 * @param metadata where it tells more of itself; null where it does not say
 * @param scopes that it wants; empty where it does not say
 */
record Challenge(@Nullable String metadata, List<String> scopes) {

    static final Challenge NONE = new Challenge(null, List.of());

    private static final int LONGEST = 8192;
    private static final int MOST_SCOPES = 100;
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

    /** A scheme's name, or a parameter with its value (RFC 9110, 11.3): one after the other, with commas anywhere between. */
    private static final Pattern PIECE = Pattern.compile("\\G[\\s,]*+(?<name>" + TOKEN
            + ")(?:\\s*+=\\s*+(?:\"(?<quoted>(?:[^\"\\\\]|\\\\.)*+)\"|(?<plain>" + TOKEN + "))|(?=[\\s,]|$))");

    /** RFC 6749, 3.3. */
    private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]{1,255}");

    Challenge {
        scopes = List.copyOf(scopes);
    }

    /** Of the first challenge for bearer tokens in those headers; {@link #NONE} where there is none that can be read. */
    static Challenge of(List<String> headers) {
        for (String header : headers) {
            Map<String, String> bearer = bearer(header);
            if (bearer != null) {
                return new Challenge(bearer.get("resource_metadata"), scopes(bearer.getOrDefault("scope", "")));
            }
        }
        return NONE;
    }

    private static @Nullable Map<String, String> bearer(String header) {
        if (header.length() > LONGEST) {
            return null;
        }
        Map<String, String> found = null;
        Matcher piece = PIECE.matcher(header);
        while (piece.find()) {
            String name = piece.group("name").toLowerCase(Locale.ROOT);
            String quoted = piece.group("quoted");
            String value = quoted == null ? piece.group("plain") : quoted.replaceAll("\\\\(.)", "$1");
            if (value == null) {
                if (found != null) {
                    return found;
                }
                found = name.equals("bearer") ? new HashMap<>() : null;
            } else if (found != null && found.putIfAbsent(name, value) != null) {
                return null; // said twice: nobody knows which is meant
            }
        }
        return found;
    }

    private static List<String> scopes(String text) {
        List<String> words = text.isBlank() ? List.of() : List.of(text.strip().split(" +"));
        return words.size() <= MOST_SCOPES
                        && words.stream().allMatch(word -> SCOPE.matcher(word).matches())
                ? words
                : List.of();
    }
}
