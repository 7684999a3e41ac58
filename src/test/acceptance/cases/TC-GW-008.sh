# TC-GW-008: Gateway with Query Parameter Auth
# Verify query parameter authentication (for APIs requiring key in URL).
#
# Expected results:
# - API key stored encrypted
# - Query param added to URL when calling upstream
# - Key not logged in plain text

# Step 1: Register gateway with query param auth
# Note: This is insecure (CWE-598) but needed for some APIs
curl -s -X POST -H "Authorization: Bearer $ADMIN_TOKEN" \
-H "Content-Type: application/json" \
-d '{
"name": "query-param-gateway",
"url": "https://api.example.com/mcp/sse",
"transport": "SSE",
"auth_type": "query_param",
"auth_query_param_key": "api_key",
"auth_query_param_value": "secret-api-key-value"
}' \
http://localhost:4444/gateways | jq .
# Step 2: Verify auth is stored (encrypted)
curl -s -H "Authorization: Bearer $ADMIN_TOKEN" \
http://localhost:4444/gateways | jq '.[] | select(.name == "query-param-gateway") | .auth_type'
