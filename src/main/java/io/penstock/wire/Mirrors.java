package io.penstock.wire;

import io.penstock.wire.Envelope.Kind;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Holds the headers that mirror a message against the message (MCP 2026-07-28, Streamable HTTP, "Request headers"). The body is the truth;
 * the era is chosen by what the body claims, or by the header where the body claims nothing.
 */
public final class Mirrors {

    /** What the names of headers begin with that repeat arguments of a tool. */
    public static final String PARAMETER = "mcp-param-";

    private static final String BASE64_START = "=?base64?";
    private static final String BASE64_END = "?=";

    private Mirrors() {}

    /**
     * The era of a request with a body.
     *
     * @throws Refusal {@code UnsupportedVersion}, {@code HeaderMismatch}, {@code BadParams} or {@code Malformed} where the claims are not
     *     those of one revision
     */
    public static Era era(Request request, Envelope envelope) {
        String header = request.header(HeaderNames.VERSION);
        if (!stateless(request, envelope)) {
            var era = sessions(header);
            return isInitialize(envelope) ? Era.SESSIONS : era;
        }
        if (envelope.claim() == null) {
            throw new Refusal(new Reason.BadParams(
                    "params._meta[\"" + Envelopes.VERSION_KEY + "\"] is missing; the header names " + header));
        }
        equal(HeaderNames.VERSION, header, envelope.claim());
        var version = ProtocolVersion.find(envelope.claim());
        if (version == null || version.era() != Era.STATELESS) {
            throw unsupported(envelope.claim(), true);
        }
        if (envelope.kind() == Kind.REQUEST) {
            equal(HeaderNames.METHOD, request.header(HeaderNames.METHOD), envelope.method());
            if (envelope.name() != null && !"completion/complete".equals(envelope.method())) {
                equal(HeaderNames.NAME, decoded(HeaderNames.NAME, request.header(HeaderNames.NAME)), envelope.name());
            }
        }
        return Era.STATELESS;
    }

    /** The era of a request without a body: its header names an older revision, or nothing (then it is 2025-03-26). */
    public static Era sessions(@Nullable String header) {
        if (header == null) {
            return Era.SESSIONS;
        }
        var version = ProtocolVersion.find(header.trim());
        if (version == null) {
            throw unsupported(header, false);
        }
        return version.era() == Era.STATELESS ? Era.STATELESS : Era.SESSIONS;
    }

    /**
     * Whether a message belongs to the stateless revision by its own claim, or where it claims nothing by its header's. A client that
     * speaks both may name the newer one in the header of an {@code initialize}, which that revision does not have.
     */
    public static boolean stateless(Request request, Envelope envelope) {
        return envelope.claim() != null
                || (!isInitialize(envelope)
                        && ProtocolVersion.V2026_07_28.text().equals(request.header(HeaderNames.VERSION)));
    }

    private static boolean isInitialize(Envelope envelope) {
        return "initialize".equals(envelope.method());
    }

    private static Refusal unsupported(String requested, boolean stateless) {
        return new Refusal(new Reason.UnsupportedVersion(requested, ProtocolVersion.supported(stateless)));
    }

    private static void equal(CharSequence name, @Nullable String header, @Nullable String body) {
        if (header == null) {
            throw new Refusal(new Reason.HeaderMismatch("The header " + name + " is missing; the body says " + body));
        }
        if (!header.trim().equals(body)) {
            throw new Refusal(
                    new Reason.HeaderMismatch("The header " + name + " and the body differ; the body says " + body));
        }
    }

    /** A text as the value of a header; in Base64 where a header cannot carry it as it is. */
    public static String encoded(String text) {
        boolean plain = !text.isEmpty()
                && text.equals(text.strip())
                && text.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || c == '\t')
                && !text.startsWith("=?");
        return plain
                ? text
                : BASE64_START + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + BASE64_END;
    }

    /**
     * What a header says: a text that it cannot carry is written {@code =?base64?...?=}; the markers are case-sensitive.
     *
     * @throws Refusal {@code HeaderMismatch} where what is between the markers is no Base64 of UTF-8 with its padding
     */
    public static @Nullable String decoded(CharSequence name, @Nullable String header) {
        if (header == null) {
            return null;
        }
        String value = header.trim();
        if (!value.startsWith(BASE64_START)
                || !value.endsWith(BASE64_END)
                || value.length() < BASE64_START.length() + BASE64_END.length()) {
            return value;
        }
        try {
            String coded = value.substring(BASE64_START.length(), value.length() - BASE64_END.length());
            byte[] bytes = Base64.getDecoder().decode(coded);
            if (!Base64.getEncoder().encodeToString(bytes).equals(coded)) {
                throw new IllegalArgumentException("Another text decodes to the same bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw new Refusal(new Reason.HeaderMismatch("The header " + name + " holds no valid Base64 of UTF-8"));
        }
    }
}
