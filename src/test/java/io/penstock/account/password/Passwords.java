package io.penstock.account.password;

import io.penstock.account.Accounts;
import io.penstock.audit.Trail;
import io.penstock.store.Database;
import io.penstock.vault.Secret;
import java.time.Duration;

/** Signing in with passwords on a test's database, with hashes that cost little. */
public record Passwords(Logins logins, LoginEvents events, PasswordHashes hashes, PasswordPolicy policy) {

    public static Passwords on(Database database) {
        return on(database, settings("", ""));
    }

    static Passwords on(Database database, PasswordSettings settings) {
        var hashes = new PasswordHashes(settings);
        var logins = new R2dbcLogins(database.client(), database.transactions(), database.changes(), hashes, settings);
        return new Passwords(logins, logins, hashes, new PasswordPolicy(settings));
    }

    static FirstAdmin firstAdmin(Database database, PasswordSettings settings, Trail trail) {
        var accounts = Accounts.on(database);
        return new FirstAdmin(
                settings,
                new PasswordPolicy(settings),
                new PasswordHashes(settings),
                accounts.users(),
                accounts.roles(),
                database.client(),
                database.transactions(),
                trail);
    }

    /** Three wrong passwords lock for a minute. */
    static PasswordSettings settings(String adminEmail, String adminPassword) {
        return new PasswordSettings(
                1,
                8192,
                1,
                12,
                false,
                false,
                false,
                false,
                3,
                Duration.ofMinutes(1),
                40,
                Duration.ofHours(1),
                adminEmail,
                new Secret(adminPassword));
    }
}
