package io.penstock.dev;

import io.penstock.Penstock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Tokens as the product's own command makes them. */
final class Tokens {

    private Tokens() {}

    /** A token of an administrator, good for a week. */
    static String administrator(String secret) {
        PrintStream console = System.out;
        var printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Penstock.main(new String[] {
                "token", "--username", "admin@example.com", "--exp", "10080", "--secret", secret, "--admin"
            });
        } finally {
            System.setOut(console);
        }
        return printed.toString(StandardCharsets.UTF_8).strip();
    }
}
