package io.penstock.access;

import java.util.List;

/**
 * Why a call would be allowed or refused.
 *
 * @param allowed what the gate decides
 * @param outcome where the call would go, or what it would be refused with
 * @param steps what was asked on the way, in order
 */
public record Explanation(boolean allowed, String outcome, List<Step> steps) {

    public Explanation {
        steps = List.copyOf(steps);
    }

    /**
     * One question.
     *
     * @param rule what was asked about
     * @param passed whether this one speaks for the call; of roles, groups and scopes not all need to
     * @param detail what was found, a sentence
     */
    public record Step(String rule, boolean passed, String detail) {}
}
