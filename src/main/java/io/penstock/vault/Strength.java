package io.penstock.vault;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a secret can be one: long enough, and not what documents and samples show. */
public final class Strength {

    private static final int SHORTEST = 32;
    private static final int FEWEST_CHARACTERS = 8;
    private static final int SHORTEST_PASSWORD = 12;
    private static final List<String> FROM_DOCUMENTS = List.of(
            "changeme",
            "change-me",
            "change_me",
            "your-secret",
            "your_secret",
            "my-test-key",
            "min-32-chars",
            "secret-key",
            "secret_key",
            "super-secret",
            "supersecret",
            "test-secret",
            "password",
            "qwertyui",
            "letmein",
            "example");

    /** What is left of well-known passwords without their digits and signs. */
    private static final Set<String> WELL_KNOWN =
            Set.of("", "admin", "administrator", "penstock", "postgres", "qwerty", "root", "secret", "welcome");

    private static final String RIGHT =
            " Right would be at least 32 random characters, as openssl rand -base64 32 prints.";

    private Strength() {}

    /** What is wrong with it, for the operator; null where nothing is. */
    public static @Nullable String weakness(Secret secret) {
        String text = secret.reveal();
        if (text.isBlank()) {
            return "It is missing." + RIGHT;
        }
        if (text.length() < SHORTEST) {
            return "It is shorter than 32 characters." + RIGHT;
        }
        if (text.chars().distinct().count() < FEWEST_CHARACTERS || repeats(text)) {
            return "It repeats itself." + RIGHT;
        }
        if (counts(text)) {
            return "It is characters in their order." + RIGHT;
        }
        return isFromDocuments(text) ? "It is a sample from a document." + RIGHT : null;
    }

    /** What is wrong with a password that a machine sends, for the operator; null where nothing is. */
    public static @Nullable String weaknessOfPassword(Secret password) {
        String text = password.reveal();
        if (text.isBlank()) {
            return "Its password is missing." + RIGHT;
        }
        if (text.length() < SHORTEST_PASSWORD) {
            return "Its password is shorter than " + SHORTEST_PASSWORD + " characters." + RIGHT;
        }
        return isEasilyGuessed(password) ? "Its password is one that is tried first." + RIGHT : null;
    }

    /** Whether it is one of those that everybody tries, whoever made it up. */
    public static boolean isEasilyGuessed(Secret password) {
        String text = password.reveal();
        String letters = text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}]", "");
        return WELL_KNOWN.contains(letters) || isFromDocuments(text) || repeats(text) || counts(text);
    }

    private static boolean isFromDocuments(String text) {
        return FROM_DOCUMENTS.stream().anyMatch(text.toLowerCase(Locale.ROOT)::contains);
    }

    /** Whether it is a shorter text at least twice over, the last time perhaps in part. */
    private static boolean repeats(String text) {
        for (int period = 1; period <= text.length() / 2; period++) {
            if (text.startsWith(text.substring(period))) {
                return true;
            }
        }
        return false;
    }

    /** Whether most characters are neighbours of the one before, or the same. */
    private static boolean counts(String text) {
        int steps = 0;
        for (int i = 1; i < text.length(); i++) {
            steps += Math.abs(text.charAt(i) - text.charAt(i - 1)) <= 1 ? 1 : 0;
        }
        return steps * 2 > text.length();
    }
}
