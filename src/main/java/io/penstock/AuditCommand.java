package io.penstock;

import io.penstock.audit.ChainedProof;
import io.penstock.audit.Proof;
import io.penstock.vault.Secret;
import io.penstock.vault.Vault;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** {@code audit FILE}: says whether an export of the audit trail is what the gateways with these keys wrote. */
final class AuditCommand {

    private static final String USAGE = "usage: audit FILE, where FILE is what GET /audit/export answered;"
            + " the keys come from AUTH_ENCRYPTION_SECRET and the settings beside it";

    private final Map<String, String> environment;

    AuditCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Prints what was found, a line each. Gives 0 where the trail is whole, 1 where it is not, 2 where it cannot be told. */
    int run(List<String> arguments, PrintStream out, PrintStream err) {
        if (arguments.size() != 1) {
            err.println(USAGE);
            return 2;
        }
        try {
            Path file = Path.of(arguments.getFirst());
            // a command has no event loop that could wait for this
            Proof.Verified verified =
                    ChainedProof.of(file, vault()).verify().toFuture().join();
            verified.findings().forEach(out::println);
            out.println(verified.entries() + " entries in " + verified.chains() + " chains: "
                    + (verified.findings().isEmpty() ? "whole" : "NOT WHOLE"));
            return verified.findings().isEmpty() ? 0 : 1;
        } catch (InvalidConfigurationPropertyValueException e) {
            err.println("audit: " + e.getName() + ": " + e.getReason());
        } catch (CompletionException | GeneralSecurityException | IllegalArgumentException e) {
            err.println("audit: " + reason(e));
        }
        return 2;
    }

    private static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof IOException || cause instanceof UncheckedIOException
                ? "the file cannot be read"
                : "the file is no export of an audit trail: " + cause.getMessage();
    }

    private Vault vault() throws GeneralSecurityException {
        String keysetFile = environment.getOrDefault("AUTH_ENCRYPTION_KEYSET_FILE", "");
        List<Secret> previous = Arrays.stream(environment
                        .getOrDefault("AUTH_ENCRYPTION_PREVIOUS_SECRETS", "")
                        .split(",", -1))
                .filter(secret -> !secret.isBlank())
                .map(secret -> new Secret(secret.strip()))
                .toList();
        return Vault.of(
                new Secret(environment.getOrDefault("AUTH_ENCRYPTION_SECRET", "")),
                previous,
                keysetFile.isEmpty() ? null : Path.of(keysetFile),
                environment.getOrDefault("AUTH_ENCRYPTION_MASTER_KEY", ""),
                new Secret(environment.getOrDefault("AUTH_ENCRYPTION_MASTER_TOKEN", "")));
    }
}
