package io.penstock.vault;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether a secret can be one: long enough, and not what documents and samples show. */
public final class Strength {

    private static final int SHORTEST = 32;
    private static final int FEWEST_CHARACTERS = 8;
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
            "password",
            "example");

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
        if (FROM_DOCUMENTS.stream().anyMatch(text.toLowerCase(Locale.ROOT)::contains)) {
            return "It is a sample from a document." + RIGHT;
        }
        return null;
    }

    /** A text that is a shorter one again and again is found inside itself doubled, before its end. */
    private static boolean repeats(String text) {
        return (text + text).indexOf(text, 1) < text.length();
    }
}
