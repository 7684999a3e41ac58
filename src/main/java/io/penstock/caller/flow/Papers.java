package io.penstock.caller.flow;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.penstock.caller.Digest;
import io.penstock.vault.Vault;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;

/** What a form shows that its page was shown: a sealed time, good for the browser and the terms that it was shown for, on every replica. */
public final class Papers {

    /** How long one is good. */
    public static final Duration GOOD = Duration.ofMinutes(10);

    private static final int LONGEST = 1024;

    private final Vault vault;
    private final InstantSource clock;

    public Papers(Vault vault, InstantSource clock) {
        this.vault = vault;
        this.clock = clock;
    }

    /**
     * For the form of a page that is shown now.
     *
     * @param terms all that is agreed to by sending it, and who does
     * @param browser a secret of the browser
     */
    public String paper(String terms, String browser) {
        byte[] sealed = vault.seal(Long.toString(clock.millis()).getBytes(US_ASCII), context(terms, browser));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    }

    /** Whether the page was shown in the last ten minutes, to that browser, with those terms. */
    public boolean wasShown(String paper, String terms, String browser) {
        if (paper.length() > LONGEST) {
            return false;
        }
        try {
            byte[] opened = vault.open(Base64.getUrlDecoder().decode(paper), context(terms, browser));
            long age = clock.millis() - Long.parseLong(new String(opened, US_ASCII));
            return age < GOOD.toMillis();
        } catch (Vault.SealBroken | IllegalArgumentException notOurs) {
            return false;
        }
    }

    private static String context(String terms, String browser) {
        return "page|form|" + Digest.of(browser + "\n" + terms).hex();
    }
}
