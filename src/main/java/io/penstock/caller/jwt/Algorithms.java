package io.penstock.caller.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import io.penstock.vault.Secret;
import io.penstock.vault.Strength;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The signature algorithms that are taken (RFC 7518, 3.1), and what their secrets need. */
final class Algorithms {

    static final Set<JWSAlgorithm> SYMMETRIC = Set.of(JWSAlgorithm.HS256, JWSAlgorithm.HS384, JWSAlgorithm.HS512);
    static final Set<JWSAlgorithm> ASYMMETRIC = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private Algorithms() {}

    /** The algorithm of that name. @throws IllegalArgumentException where it is none of those that are taken */
    static JWSAlgorithm named(String name) {
        JWSAlgorithm algorithm = JWSAlgorithm.parse(name);
        if (!SYMMETRIC.contains(algorithm) && !ASYMMETRIC.contains(algorithm)) {
            throw new IllegalArgumentException(
                    "Right would be one of HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384 and ES512.");
        }
        return algorithm;
    }

    /** Those that a published key set may be used with. @throws IllegalArgumentException where one is not among them */
    static Set<JWSAlgorithm> published(List<String> names) {
        Set<JWSAlgorithm> algorithms = names.stream().map(JWSAlgorithm::parse).collect(Collectors.toSet());
        if (algorithms.isEmpty() || !ASYMMETRIC.containsAll(algorithms)) {
            var right = ASYMMETRIC.stream().map(JWSAlgorithm::getName).sorted().toList();
            throw new IllegalArgumentException("Right would be some of " + String.join(", ", right) + ".");
        }
        return algorithms;
    }

    /** The secret's bytes. @throws IllegalArgumentException where it is too weak for the algorithm; it is not in the message */
    static byte[] secret(Secret secret, JWSAlgorithm algorithm) {
        String weakness = Strength.weakness(secret);
        if (weakness != null) {
            throw new IllegalArgumentException(weakness);
        }
        byte[] bytes = secret.reveal().getBytes(StandardCharsets.UTF_8);
        int least = Integer.parseInt(algorithm.getName().substring(2)) / Byte.SIZE;
        if (bytes.length < least) {
            throw new IllegalArgumentException(
                    algorithm + " needs at least " + least + " bytes, as openssl rand -base64 " + least + " prints.");
        }
        return bytes;
    }
}
