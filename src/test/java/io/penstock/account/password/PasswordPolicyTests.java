package io.penstock.account.password;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.vault.Secret;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswordPolicyTests {

    private static PasswordPolicy policy(boolean all) {
        return new PasswordPolicy(new PasswordSettings(
                1,
                8192,
                1,
                12,
                all,
                all,
                all,
                all,
                5,
                Duration.ofMinutes(15),
                60,
                Duration.ofHours(1),
                "",
                new Secret("")));
    }

    @ParameterizedTest
    @CsvSource({
        "short, must have 12 to 128",
        "aaaaabbbbbccccc, repeats",
        "i am annabel and well, name",
        "i am ANNABEL and well, name"
    })
    void saysWhatIsWrong(String password, String what) {
        assertThat(policy(false).weakness(new Secret(password), "annabel@example.com"))
                .contains(what);
    }

    @ParameterizedTest
    @CsvSource({
        "correct horse 1!, upper-case",
        "CORRECT HORSE 1!, lower-case",
        "Correct Horse !!, digit",
        "CorrectHorse1234, neither"
    })
    void saysWhatIsLackingWhereItIsAskedFor(String password, String what) {
        var secret = new Secret(password);

        assertThat(policy(true).weakness(secret, "ann@example.com")).contains(what);
        assertThat(policy(false).weakness(secret, "ann@example.com")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"Correct horse 1!, ann@example.com", "an annual report 9, ann@example.com"})
    void takesWhatIsGood(String password, String user) {
        assertThat(policy(false).weakness(new Secret(password), user)).isNull();
    }
}
