package io.penstock;

import io.penstock.vault.Keysets;
import io.penstock.vault.Secret;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** {@code keyset}: makes and changes the file of AUTH_ENCRYPTION_KEYSET_FILE. It prints ids of keys, never keys. */
final class KeysetCommand {

    private static final String USAGE =
            "usage: keyset create|add|list|promote|remove|encrypt --file FILE [--key ID] [--to FILE]"
                    + " [--master-key URI]; encrypt writes the keys of FILE, which is not encrypted, to the other file with that master key";

    private static final Set<String> VALUED = Set.of("--file", "--key", "--to", "--master-key");

    private final Map<String, String> environment;

    KeysetCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Does it and gives 0, or says in one line what is wrong and gives 2. */
    int run(List<String> arguments, PrintStream out, PrintStream err) {
        try {
            if (arguments.isEmpty()) {
                throw new IllegalArgumentException(USAGE);
            }
            run(arguments.getFirst(), options(arguments.subList(1, arguments.size())), out);
            return 0;
        } catch (InvalidConfigurationPropertyValueException e) {
            err.println("keyset: " + e.getName() + ": " + e.getReason());
        } catch (IOException e) {
            err.println("keyset: the file cannot be written: " + e.getMessage());
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            err.println("keyset: " + e.getMessage());
        }
        return 2;
    }

    private void run(String what, Map<String, String> options, PrintStream out)
            throws GeneralSecurityException, IOException {
        Keysets keys = keysets(options, "--file", masterKey(options));
        switch (what) {
            case "create" -> out.println(keys.create());
            case "add" -> out.println(keys.add());
            case "list" -> keys.list().forEach(out::println);
            case "promote" -> keys.promote(demanded(options, "--key"));
            case "remove" -> keys.remove(demanded(options, "--key"));
            case "encrypt" -> {
                if (masterKey(options).isEmpty()) {
                    throw new IllegalArgumentException(
                            "--master-key (AUTH_ENCRYPTION_MASTER_KEY) is missing; " + USAGE);
                }
                keysets(options, "--file", "").copyTo(keysets(options, "--to", masterKey(options)));
            }
            default -> throw new IllegalArgumentException("there is no " + what + "; " + USAGE);
        }
    }

    private Keysets keysets(Map<String, String> options, String file, String masterKey) {
        Secret token = new Secret(environment.getOrDefault("AUTH_ENCRYPTION_MASTER_TOKEN", ""));
        return Keysets.in(Path.of(demanded(options, file)), masterKey, token);
    }

    private String masterKey(Map<String, String> options) {
        return options.getOrDefault("--master-key", environment.getOrDefault("AUTH_ENCRYPTION_MASTER_KEY", ""));
    }

    private static String demanded(Map<String, String> options, String name) {
        String value = options.get(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException(name + " is missing; " + USAGE);
        }
        return value;
    }

    private static Map<String, String> options(List<String> arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String[] parts = arguments.get(i).split("=", 2);
            if (!VALUED.contains(parts[0])) {
                throw new IllegalArgumentException("there is no option " + parts[0] + "; " + USAGE);
            } else if (parts.length == 2) {
                options.put(parts[0], parts[1]);
            } else if (++i < arguments.size()) {
                options.put(parts[0], arguments.get(i));
            } else {
                throw new IllegalArgumentException(parts[0] + " needs a value; " + USAGE);
            }
        }
        return options;
    }
}
