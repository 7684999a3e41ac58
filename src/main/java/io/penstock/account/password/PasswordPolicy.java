package io.penstock.account.password;

import io.penstock.vault.Secret;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a password must be. */
@Component
public final class PasswordPolicy {

    static final int LONGEST = 128;

    private static final int FEWEST_CHARACTERS = 5;
    private static final int LONG_ENOUGH_TO_TELL = 4;

    private final PasswordSettings settings;

    PasswordPolicy(PasswordSettings settings) {
        this.settings = settings;
    }

    /** What is wrong with a password for that user, so that the user can mend it; null where nothing is. */
    public @Nullable String weakness(Secret password, String user) {
        String text = password.reveal();
        int length = text.codePointCount(0, text.length());
        if (length < settings.minLength() || length > LONGEST) {
            return "must have " + settings.minLength() + " to " + LONGEST + " characters";
        }
        if (text.codePoints().distinct().count() < FEWEST_CHARACTERS) {
            return "repeats a few characters: use at least " + FEWEST_CHARACTERS + " different ones";
        }
        String name = user.split("@", 2)[0];
        if (name.length() >= LONG_ENOUGH_TO_TELL
                && text.toLowerCase(Locale.ROOT).contains(name)) {
            return "must not hold the user's name";
        }
        return lacking(text);
    }

    private @Nullable String lacking(String text) {
        if (settings.requireUppercase() && lacks(text, Character::isUpperCase)) {
            return "needs an upper-case letter";
        }
        if (settings.requireLowercase() && lacks(text, Character::isLowerCase)) {
            return "needs a lower-case letter";
        }
        if (settings.requireNumbers() && lacks(text, Character::isDigit)) {
            return "needs a digit";
        }
        return settings.requireSpecial() && lacks(text, c -> !Character.isLetterOrDigit(c))
                ? "needs a character that is neither a letter nor a digit"
                : null;
    }

    private static boolean lacks(String text, IntPredicate wanted) {
        return text.codePoints().noneMatch(wanted);
    }
}
