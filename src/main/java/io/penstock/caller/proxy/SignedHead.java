package io.penstock.caller.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.penstock.ingress.Sender;
import io.penstock.vault.Secret;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A head that the proxy signed with a shared secret: HMAC-SHA256, in hexadecimal digits, over the values of the user's and the groups' header,
 * the time in seconds, the method and the request target, with a line feed between them.
 */
final class SignedHead implements Proof {

    static final String TIME = "X-Proxy-Time";
    static final String SIGNATURE = "X-Proxy-Signature";
    static final Duration WINDOW = Duration.ofSeconds(60);

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final ProxySettings settings;

    SignedHead(Secret secret, ProxySettings settings) {
        this.key = new SecretKeySpec(secret.reveal().getBytes(UTF_8), ALGORITHM);
        this.settings = settings;
    }

    @Override
    public List<String> headers() {
        return List.of(TIME, SIGNATURE);
    }

    @Override
    public Verdict of(HttpRequest request, Sender sender, Instant now) {
        String time = request.headers().get(TIME, "");
        return new Verdict(isNow(time, now) && isSigned(request, time), null);
    }

    private static boolean isNow(String time, Instant now) {
        try {
            long seconds = Long.parseLong(time);
            return Math.abs(Math.subtractExact(now.getEpochSecond(), seconds)) <= WINDOW.toSeconds();
        } catch (NumberFormatException | ArithmeticException e) {
            return false;
        }
    }

    private boolean isSigned(HttpRequest request, String time) {
        HttpHeaders headers = request.headers();
        String groups = settings.groupsHeader().isEmpty() ? "" : headers.get(settings.groupsHeader(), "");
        String text = String.join(
                "\n",
                headers.get(settings.userHeader(), ""),
                groups,
                time,
                request.method().name(),
                request.uri());
        try {
            return MessageDigest.isEqual(
                    hmac(text),
                    HexFormat.of().parseHex(headers.get(SIGNATURE, "").strip()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Each character of a header is one byte of it. */
    private byte[] hmac(String text) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(ISO_8859_1));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has HMAC-SHA256", e);
        }
    }
}
