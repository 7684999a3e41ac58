package io.penstock.api.gateways;

import io.penstock.api.input.Fields;
import io.penstock.api.input.Objections;
import io.penstock.catalog.UpstreamTls;
import io.penstock.egress.tls.Pem;
import io.penstock.vault.Secret;
import java.net.URI;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what TLS with an upstream goes by from a body, and says of a certificate or key what is wrong with it before it is ever used. The
 * dates of what is stored are not judged again: a gateway whose certificate has expired can still be changed.
 */
final class TlsForm {

    static final String AUTHORITIES = "ca_certificate";
    static final String CERTIFICATE = "client_cert";
    static final String KEY = "client_key";
    static final String PINS = "certificate_pins";

    static final Set<String> FIELDS = Set.of(AUTHORITIES, CERTIFICATE, KEY, PINS);

    /** What can be put in the place of another one while calls go on. */
    static final Set<String> ROTATED = Set.of(AUTHORITIES, CERTIFICATE, KEY);

    static final int LONGEST_BUNDLE = 512 * 1024;
    static final int LONGEST = 64 * 1024;
    static final int MOST_PINS = 10;
    static final int LONGEST_PIN = 64;

    private static final String PIN = "sha256/";
    private static final int DIGEST = 32;

    private final Fields fields;
    private final Objections objections;
    private final UpstreamTls stored;
    private final Instant now;
    private boolean kept;

    TlsForm(Fields fields, Objections objections, UpstreamTls stored, Instant now) {
        this.fields = fields;
        this.objections = objections;
        this.stored = stored;
        this.now = now;
    }

    /** The fields whose secret was sent as the mask. */
    Set<String> kept() {
        return kept ? Set.of(KEY) : Set.of();
    }

    /** @param url where the upstream is; null where that was refused */
    UpstreamTls read(@Nullable URI url) {
        if (url != null && !"https".equalsIgnoreCase(url.getScheme())) {
            FIELDS.stream()
                    .filter(fields::has)
                    .sorted()
                    .forEach(field -> objections.add(field, "needs a url that begins with https://"));
        }
        var authorities = authorities();
        var certificate = fields.prose(CERTIFICATE, LONGEST);
        var own = certificate == null ? null : certificate(certificate);
        var key = key();
        var opened = key == null ? null : opened(key);
        if (fields.has(CERTIFICATE) != fields.has(KEY)) {
            objections.add(
                    fields.has(KEY) ? CERTIFICATE : KEY,
                    "is missing: a certificate and its key are given together, or neither");
        } else if (own != null && opened != null && !Pem.fits(opened, own)) {
            objections.add(KEY, "is not the key of the first certificate of " + CERTIFICATE);
        }
        return new UpstreamTls(authorities, certificate, key, pins());
    }

    private @Nullable String authorities() {
        var text = fields.prose(AUTHORITIES, LONGEST_BUNDLE);
        var found = text == null ? null : certificates(AUTHORITIES, text);
        if (found != null
                && !Objects.equals(text, stored.authorities())
                && found.stream().noneMatch(one -> one.getNotAfter().toInstant().isAfter(now))) {
            objections.add(
                    AUTHORITIES,
                    "has expired at " + found.getFirst().getNotAfter().toInstant() + ": send one that is valid");
        }
        return text;
    }

    private @Nullable X509Certificate certificate(String text) {
        var found = certificates(CERTIFICATE, text);
        if (found == null) {
            return null;
        }
        var own = found.getFirst();
        if (text.equals(stored.certificate())) {
            return own;
        }
        if (!own.getNotAfter().toInstant().isAfter(now)) {
            objections.add(CERTIFICATE, "has expired at " + own.getNotAfter().toInstant() + ": send one that is valid");
        } else if (own.getNotBefore().toInstant().isAfter(now)) {
            objections.add(
                    CERTIFICATE, "is not valid before " + own.getNotBefore().toInstant());
        }
        return own;
    }

    private @Nullable List<X509Certificate> certificates(String field, String text) {
        try {
            return Pem.certificates(text);
        } catch (Pem.Refused refused) {
            objections.addIf(field, refused.getMessage());
            return null;
        }
    }

    private @Nullable Secret key() {
        var text = fields.prose(KEY, LONGEST);
        if (text == null || !text.equals(Secret.MASK)) {
            return text == null ? null : new Secret(text);
        }
        if (stored.key() == null) {
            objections.add(KEY, "is the mask, and no key is stored: send the key itself");
        }
        kept = true;
        return stored.key();
    }

    private @Nullable PrivateKey opened(Secret key) {
        try {
            return Pem.key(key.reveal());
        } catch (Pem.Refused refused) {
            objections.addIf(KEY, refused.getMessage());
            return null;
        }
    }

    private List<String> pins() {
        var pins = fields.texts(PINS, MOST_PINS, LONGEST_PIN);
        if (!pins.stream().allMatch(TlsForm::isPin)) {
            objections.add(
                    PINS,
                    "must be sha256/ and the Base64 of the SHA-256 of a certificate's public key, like"
                            + " sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        }
        return pins;
    }

    private static boolean isPin(String text) {
        try {
            return text.startsWith(PIN) && Base64.getDecoder().decode(text.substring(PIN.length())).length == DIGEST;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
