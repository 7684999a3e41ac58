package io.penstock.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What attackers show in the place of a token. Made by hand, because libraries refuse to. */
final class Forgeries {

    private static final String ALICE = "\"sub\":\"alice@example.com\",\"is_admin\":true,";
    private static final String OURS = "\"iss\":\"penstock\",\"aud\":\"penstock\",";

    private Forgeries() {}

    /** Values of an Authorization header. */
    static List<String> junk(String good) {
        String cut = good.substring(0, good.lastIndexOf('.') + 1);
        return List.of(
                "Bearer junk",
                "Bearer null",
                "Bearer undefined",
                "Bearer",
                "Bearer " + cut,
                "Bearer " + good + "A",
                "Bearer " + good + ", Bearer junk",
                "Bearer junk " + good,
                "Bearer sk-1234567890",
                "Basic YWRtaW46YWRtaW4=",
                "Token " + good,
                good,
                "bearer-" + good,
                "Digest username=\"admin\"",
                "Negotiate YII=");
    }

    /** By what is wrong with them. */
    static Map<String, String> tokens(String secret) {
        Map<String, String> tokens = new LinkedHashMap<>();
        String good = claims(OURS, 0, 600);
        for (String none : List.of("none", "None", "NONE", "nOnE", "")) {
            tokens.put("alg " + none, part("{\"alg\":\"" + none + "\"}") + "." + part(good) + ".");
            tokens.put("alg " + none + ", signed", signed("{\"alg\":\"" + none + "\"}", good, secret));
        }
        for (String header : List.of(
                "\"kid\":\"../../../../dev/null\"",
                "\"kid\":\"x' UNION SELECT 'secret\"",
                "\"kid\":\"http://127.0.0.1:1/key\"",
                "\"kid\":\"" + "k".repeat(300) + "\"")) {
            tokens.put(
                    header,
                    signed("{\"alg\":\"HS256\"," + header + "}", good, "another-secret-altogether-of-32-characters"));
            tokens.put(header + " with nothing", signed("{\"alg\":\"HS256\"," + header + "}", good, "\0"));
        }
        for (String header : List.of(
                "\"jku\":\"http://127.0.0.1:1/jwks.json\"",
                "\"x5u\":\"http://127.0.0.1:1/cert.pem\"",
                "\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"}",
                "\"crit\":[\"exp\"]",
                "\"crit\":[\"b64\"],\"b64\":false",
                "\"typ\":\"id_token\"",
                "\"typ\":\"secevent+jwt\"")) {
            tokens.put(header + " with the right key", signed("{\"alg\":\"HS256\"," + header + "}", good, secret));
        }
        tokens.putAll(claimed(secret));
        return tokens;
    }

    /** Signed with the right key, and wrong all the same. */
    private static Map<String, String> claimed(String secret) {
        Map<String, String> claims = new LinkedHashMap<>();
        claims.put("another issuer", claims("\"iss\":\"evil\",\"aud\":\"penstock\",", 0, 600));
        claims.put("no issuer", claims("\"aud\":\"penstock\",", 0, 600));
        claims.put("another audience", claims("\"iss\":\"penstock\",\"aud\":\"other\",", 0, 600));
        claims.put("no audience", claims("\"iss\":\"penstock\",", 0, 600));
        claims.put("expired", claims(OURS, -900, -120));
        claims.put("issued later", claims(OURS, 300, 600));
        claims.put("ends before it begins", claims(OURS, 0, 0));
        claims.put("lives too long", claims(OURS, 0, 400L * 24 * 3600));
        claims.put("an ID token", claims(OURS + "\"nonce\":\"n\",", 0, 600));
        claims.put("no end", "{" + ALICE + OURS + "\"iat\":" + Instant.now().getEpochSecond() + "}");
        claims.put("no user", "{" + OURS + "\"exp\":" + (Instant.now().getEpochSecond() + 600) + "}");
        claims.put("two at signs", claims(OURS, 0, 600).replace("alice@", "alice@evil@"));
        claims.put("no object", "[]");
        return claims.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, claim -> signed("{\"alg\":\"HS256\"}", claim.getValue(), secret)));
    }

    private static String claims(String whose, long from, long until) {
        long now = Instant.now().getEpochSecond();
        return "{" + ALICE + whose + "\"iat\":" + (now + from) + ",\"exp\":" + (now + until) + "}";
    }

    /** Made by the same hand, with nothing wrong. */
    static String flawless(String secret) {
        return signed("{\"alg\":\"HS256\"}", claims(OURS, 0, 600), secret);
    }

    /** A good token with scopes. */
    static String scoped(String secret, String user, List<String> scopes) {
        var quoted = new ArrayList<String>();
        scopes.forEach(scope -> quoted.add("\"" + scope + "\""));
        String body = claims(OURS + "\"scopes\":" + quoted + ",", 0, 600).replace(ALICE, "\"sub\":\"" + user + "\",");
        return signed("{\"alg\":\"HS256\"}", body, secret);
    }

    private static String signed(String header, String claims, String secret) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            String text = part(header) + "." + part(claims);
            return text + "." + encoded(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String part(String json) {
        return encoded(json.getBytes(UTF_8));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
