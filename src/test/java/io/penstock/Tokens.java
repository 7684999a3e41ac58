package io.penstock;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Tokens as the product's own command prints them. */
public final class Tokens {

    private Tokens() {}

    /** A token of an administrator, good for a week. */
    public static String administrator(String secret) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int code = new TokenCommand(Map.of())
                .run(
                        List.of("--username", "admin@example.com", "--exp", "10080", "--secret", secret, "--admin"),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        if (code != 0) {
            throw new IllegalStateException(err.toString(StandardCharsets.UTF_8));
        }
        return out.toString(StandardCharsets.UTF_8).strip();
    }
}
