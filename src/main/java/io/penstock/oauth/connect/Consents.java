package io.penstock.oauth.connect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.penstock.caller.Digest;
import io.penstock.vault.Vault;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * What shows that a page was shown: a sealed time, good for the user, the browser and the terms that it was shown for, on every replica.
 */
@Component
public final class Consents {

    static final Duration GOOD = Duration.ofMinutes(10);

    private static final int LONGEST = 1024;

    private final Vault vault;
    private final InstantSource clock;

    @Autowired
    public Consents(Vault vault) {
        this(vault, InstantSource.system());
    }

    Consents(Vault vault, InstantSource clock) {
        this.vault = vault;
        this.clock = clock;
    }

    /** For the form of the page that is shown now. */
    public String paper(Offer offer, String user, String browser) {
        byte[] sealed = vault.seal(Long.toString(clock.millis()).getBytes(US_ASCII), context(offer, user, browser));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    }

    /** Whether the page was shown in the last ten minutes, to that user in that browser, and said what holds now. */
    public boolean wasShown(String paper, Offer offer, String user, String browser) {
        if (paper.length() > LONGEST) {
            return false;
        }
        try {
            byte[] opened = vault.open(Base64.getUrlDecoder().decode(paper), context(offer, user, browser));
            long age = clock.millis() - Long.parseLong(new String(opened, US_ASCII));
            return age < GOOD.toMillis();
        } catch (Vault.SealBroken | IllegalArgumentException notOurs) {
            return false;
        }
    }

    private static String context(Offer offer, String user, String browser) {
        return "oauth|consent|"
                + Digest.of(user + "\n" + browser + "\n" + offer.terms()).hex();
    }
}
