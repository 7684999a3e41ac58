# Scenario 3: Backward compatibility (default)
# No configuration changes
# ✅ Existing JWT authentication works as before

curl -H "Authorization: Bearer $ADMIN_TOKEN" http://localhost:4444/tools
curl -H "X-Authenticated-User: [email protected]" http://localhost:4444/tools
