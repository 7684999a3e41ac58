package io.penstock;

import io.penstock.caller.jwt.TokenMint;
import io.penstock.vault.Secret;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code token}: prints a token for a user and nothing else. What is not given is read from the gateway's own settings. */
final class TokenCommand {

    private static final String USAGE = "usage: token --username NAME [--exp MINUTES] [--secret SECRET] [--admin]"
            + " [--scopes a,b] [--teams x,y] [--algorithm HS256] [--private-key FILE]";

    private static final Set<String> VALUED =
            Set.of("--username", "--exp", "--secret", "--scopes", "--teams", "--algorithm", "--private-key");
    private static final long LONGEST = Duration.ofDays(366).toMinutes();

    private final Map<String, String> environment;

    TokenCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Prints the token to {@code out} and gives 0, or one line of what is wrong to {@code err} and 2. */
    int run(List<String> arguments, PrintStream out, PrintStream err) {
        try {
            out.println(token(options(arguments)));
            return 0;
        } catch (IllegalArgumentException e) {
            err.println("token: " + e.getMessage());
            return 2;
        }
    }

    private String token(Map<String, String> options) {
        String username = options.get("--username");
        if (username == null) {
            throw new IllegalArgumentException("--username is missing; " + USAGE);
        }
        String privateKey = given(options, "--private-key", "JWT_PRIVATE_KEY_PATH", "");
        Secret secret = new Secret(given(options, "--secret", "JWT_SECRET_KEY", ""));
        String algorithm = given(options, "--algorithm", "JWT_ALGORITHM", "HS256");
        TokenMint mint;
        try {
            mint = TokenMint.of(algorithm, secret, privateKey.isEmpty() ? null : Path.of(privateKey));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--algorithm, --secret (JWT_SECRET_KEY) or --private-key (JWT_PRIVATE_KEY_PATH): " + e.getMessage(),
                    e);
        }
        return mint.mint(new TokenMint.Grant(
                setting("JWT_ISSUER", "penstock"),
                setting("JWT_AUDIENCE", "penstock"),
                username,
                lifetime(options.getOrDefault("--exp", "10080")),
                options.containsKey("--admin"),
                words(options.getOrDefault("--teams", "")),
                options.containsKey("--scopes") ? words(options.get("--scopes")) : null));
    }

    private static Map<String, String> options(List<String> arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String[] parts = arguments.get(i).split("=", 2);
            String name = parts[0];
            if (name.equals("--admin") && parts.length == 1) {
                options.put(name, "");
            } else if (!VALUED.contains(name)) {
                throw new IllegalArgumentException("there is no option " + name + "; " + USAGE);
            } else if (parts.length == 2) {
                options.put(name, parts[1]);
            } else if (++i < arguments.size()) {
                options.put(name, arguments.get(i));
            } else {
                throw new IllegalArgumentException(name + " needs a value; " + USAGE);
            }
        }
        return options;
    }

    private static Duration lifetime(String minutes) {
        if (!minutes.matches("[0-9]{1,9}") || Long.parseLong(minutes) < 1 || Long.parseLong(minutes) > LONGEST) {
            throw new IllegalArgumentException("--exp is the lifetime in minutes, from 1 to " + LONGEST);
        }
        return Duration.ofMinutes(Long.parseLong(minutes));
    }

    private static List<String> words(@Nullable String list) {
        return list == null
                ? List.of()
                : Arrays.stream(list.split(",", -1))
                        .map(String::strip)
                        .filter(word -> !word.isEmpty())
                        .toList();
    }

    private String given(Map<String, String> options, String option, String setting, String otherwise) {
        String given = options.get(option);
        return given == null || given.isEmpty() ? setting(setting, otherwise) : given;
    }

    private String setting(String name, String otherwise) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
