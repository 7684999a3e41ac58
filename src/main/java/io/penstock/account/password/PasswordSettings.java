package io.penstock.account.password;

import io.penstock.vault.Secret;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.convert.DurationUnit;

/**
 * How users sign in with passwords.
 *
 * @param timeCost {@code ARGON2ID_TIME_COST}: passes of Argon2id over its memory, 1 to 20
 * @param memoryCost {@code ARGON2ID_MEMORY_COST}: the memory of one hash in KiB, 8192 to 1048576
 * @param parallelism {@code ARGON2ID_PARALLELISM}: lanes of Argon2id, 1 to 16
 * @param minLength {@code PASSWORD_MIN_LENGTH}: the fewest characters of a password, 8 to 128
 * @param requireUppercase {@code PASSWORD_REQUIRE_UPPERCASE}: whether a password needs an upper-case letter
 * @param requireLowercase {@code PASSWORD_REQUIRE_LOWERCASE}: whether a password needs a lower-case letter
 * @param requireNumbers {@code PASSWORD_REQUIRE_NUMBERS}: whether a password needs a digit
 * @param requireSpecial {@code PASSWORD_REQUIRE_SPECIAL}: whether a password needs a character that is neither letter nor digit
 * @param maxFailedAttempts {@code MAX_FAILED_LOGIN_ATTEMPTS}: how many wrong passwords in a row lock an account, 1 to 1000
 * @param lockout {@code ACCOUNT_LOCKOUT_DURATION_MINUTES}: for how long wrong passwords lock an account, in minutes, up to a week
 * @param attemptsPerMinute {@code LOGIN_ATTEMPTS_PER_MINUTE}: how many sign-ins one address may try in a minute, 1 to 100000
 * @param tokenLifetime {@code LOGIN_TOKEN_LIFETIME}: how long the token of a sign-in is good for, up to 30 days
 * @param adminEmail {@code PLATFORM_ADMIN_EMAIL}: the first administrator, who is made at a start where there is none
 * @param adminPassword {@code PLATFORM_ADMIN_PASSWORD}: that administrator's first password, which has to be changed at once
 */
@ConfigurationProperties("penstock.password")
record PasswordSettings(
        @DefaultValue("3") int timeCost,
        @DefaultValue("65536") int memoryCost,
        @DefaultValue("1") int parallelism,
        @DefaultValue("12") int minLength,
        @DefaultValue("false") boolean requireUppercase,
        @DefaultValue("false") boolean requireLowercase,
        @DefaultValue("false") boolean requireNumbers,
        @DefaultValue("false") boolean requireSpecial,
        @DefaultValue("5") int maxFailedAttempts,

        @DurationUnit(ChronoUnit.MINUTES) @DefaultValue("15")
        Duration lockout,

        @DefaultValue("60") int attemptsPerMinute,
        @DefaultValue("1h") Duration tokenLifetime,
        @DefaultValue("") String adminEmail,
        @DefaultValue("") Secret adminPassword) {

    PasswordSettings {
        require("ARGON2ID_TIME_COST", timeCost, 1, 20);
        require("ARGON2ID_MEMORY_COST", memoryCost, 8192, 1_048_576);
        require("ARGON2ID_PARALLELISM", parallelism, 1, 16);
        require("PASSWORD_MIN_LENGTH", minLength, 8, PasswordPolicy.LONGEST);
        require("MAX_FAILED_LOGIN_ATTEMPTS", maxFailedAttempts, 1, 1000);
        require("LOGIN_ATTEMPTS_PER_MINUTE", attemptsPerMinute, 1, 100_000);
        require(
                "ACCOUNT_LOCKOUT_DURATION_MINUTES",
                lockout.toMinutes(),
                1,
                Duration.ofDays(7).toMinutes());
        if (!tokenLifetime.isPositive() || tokenLifetime.compareTo(Duration.ofDays(30)) > 0) {
            throw new InvalidConfigurationPropertyValueException(
                    "LOGIN_TOKEN_LIFETIME", tokenLifetime, "It must be up to 30d, like 1h.");
        }
    }

    private static void require(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new InvalidConfigurationPropertyValueException(
                    name, value, "It must be from " + least + " to " + most + ".");
        }
    }
}
