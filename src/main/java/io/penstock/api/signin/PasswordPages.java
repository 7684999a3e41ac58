package io.penstock.api.signin;

import static io.penstock.api.browser.Pages.escaped;

import io.penstock.api.browser.PageForms;
import io.penstock.api.browser.Pages;
import io.penstock.api.entrance.Problem;
import io.penstock.caller.flow.ReturnPath;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** The pages on which people type passwords. */
@Component
final class PasswordPages {

    private static final String HOME = "/";

    private final PageForms forms;

    PasswordPages(PageForms forms) {
        this.forms = forms;
    }

    /**
     * The form to sign in.
     *
     * @param returnTo where the browser goes then; null for home
     * @throws Refusal {@code Invalid} for what is no path here
     */
    ResponseEntity<Object> signIn(Request request, @Nullable String returnTo) {
        String place = returnTo == null ? HOME : returnTo;
        if (!ReturnPath.isOne(place)) {
            throw new Refusal(new Reason.Invalid(List.of(new Reason.Invalid.Field(
                    "return_to", "must be a path here, like /api/execute/currenttime, and no address"))));
        }
        return signIn(request, 200, place, "", "");
    }

    /**
     * The form again, with what was wrong.
     *
     * @param returnTo as it was sent
     * @param name as it was sent
     */
    ResponseEntity<Object> signInAgain(Request request, Reason reason, String returnTo, String name) {
        return signIn(request, Problem.status(reason), place(returnTo), name, alert(reason, request));
    }

    /**
     * The form to choose another password, for one who was given the present one.
     *
     * @param returnTo where the browser goes then
     * @param name as it was sent
     */
    ResponseEntity<Object> choose(Request request, String returnTo, String name) {
        return choose(
                request,
                403,
                place(returnTo),
                name,
                "<p>Somebody else chose your password. Choose one of your own.</p>\n");
    }

    /** The same again, with what was wrong. */
    ResponseEntity<Object> chooseAgain(Request request, Reason reason, String returnTo, String name) {
        return choose(request, Problem.status(reason), place(returnTo), name, alert(reason, request));
    }

    private ResponseEntity<Object> choose(Request request, int status, String place, String name, String said) {
        return forms.shown(
                request,
                status,
                choiceTerms(place, name),
                "",
                field ->
                        Pages.page("Choose a new password", """
                %s<form method="post" action="/oauth/password">
                %s
                <input type="hidden" name="return_to" value="%s">
                <p><label>Name or e-mail address <input type="text" name="email" value="%s" autocomplete="username" readonly></label></p>
                <p><label>Present password <input type="password" name="password" autocomplete="current-password" required></label></p>
                <p><label>New password <input type="password" name="new_password" autocomplete="new-password" required></label></p>
                <p><label>New password again <input type="password" name="new_password_again" autocomplete="new-password" required></label></p>
                <button type="submit">Change the password and sign in</button>
                </form>""".formatted(said, field, escaped(place), escaped(name))));
    }

    /** What sending the form to choose a password agrees to. */
    static String choiceTerms(String place, String name) {
        return "choose a password\n" + place + "\n" + name;
    }

    /** What sending the form to sign in agrees to. */
    static String signInTerms(String place) {
        return "sign in\n" + place;
    }

    private ResponseEntity<Object> signIn(Request request, int status, String place, String name, String alert) {
        return forms.shown(
                request,
                status,
                signInTerms(place),
                "",
                field -> Pages.page("Sign in", """
                %s<form method="post" action="/oauth/login">
                %s
                <input type="hidden" name="return_to" value="%s">
                <p><label>Name or e-mail address <input type="text" name="email" value="%s" inputmode="email" autocapitalize="none" spellcheck="false" autocomplete="username" required></label></p>
                <p><label>Password <input type="password" name="password" autocomplete="current-password" required></label></p>
                <button type="submit">Sign in</button>
                </form>""".formatted(alert, field, escaped(place), escaped(name))));
    }

    private static String place(String returnTo) {
        return ReturnPath.isOne(returnTo) ? returnTo : HOME;
    }

    private static String alert(Reason reason, Request request) {
        return "<p role=\"alert\">" + escaped(told(reason)) + ".</p>\n" + Pages.correlation(request.correlationId());
    }

    private static String told(Reason reason) {
        return reason instanceof Reason.Invalid(var fields)
                ? fields.stream()
                        .map(field -> "The " + field.field().replace('_', ' ') + " " + field.message())
                        .collect(Collectors.joining(". "))
                : reason.detail();
    }
}
