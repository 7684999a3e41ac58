package io.penstock.caller.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a trusted proxy said of a request's user, as {@link IdentityHeaders} read it. It goes on with the request in one header that nobody
 * outside can send, in place of those that the proxy sent.
 *
 * @param user canonical; null where the assertion alone says it
 * @param groups null where the proxy says nothing of groups
 * @param proven whether the proof that is asked for was there, and right as far as can be told without the issuer's keys
 * @param assertion a signed assertion that is still to be verified; null for none
 * @param at when the request came: a stream lasts longer than its proof
 */
record Vouched(
        @Nullable String user,
        @Nullable Set<String> groups,
        boolean proven,
        @Nullable String assertion,
        Instant at) {

    /** Names with this beginning reach no upstream, whatever is configured. */
    static final String HEADER = "proxy-vouched";

    private static final String NOTHING = "-";
    private static final int PARTS = 5;

    /** What is said of a request; null where nothing is. */
    static @Nullable Vouched of(HttpHeaders headers) {
        String text = headers.get(HEADER);
        if (text == null) {
            return null;
        }
        String[] parts = text.split(" ", PARTS);
        String groups = decoded(parts[1]);
        return new Vouched(
                decoded(parts[0]),
                groups == null ? null : elements(groups),
                Boolean.parseBoolean(parts[2]),
                decoded(parts[3]),
                Instant.ofEpochMilli(Long.parseLong(parts[4])));
    }

    /** As the header has it. */
    String text() {
        return String.join(
                " ",
                encoded(user),
                encoded(groups == null ? null : String.join("\n", groups)),
                Boolean.toString(proven),
                encoded(assertion),
                Long.toString(at.toEpochMilli()));
    }

    private static Set<String> elements(String groups) {
        return groups.isEmpty() ? Set.of() : new LinkedHashSet<>(Arrays.asList(groups.split("\n", -1)));
    }

    private static String encoded(@Nullable String text) {
        return text == null ? NOTHING : "=" + Base64.getUrlEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static @Nullable String decoded(String text) {
        return text.equals(NOTHING) ? null : new String(Base64.getUrlDecoder().decode(text.substring(1)), UTF_8);
    }
}
