// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_SYSTEM_WINDOWS_SECURITY_HPP
#define BARTIZAN_QUARANTINE_SYSTEM_WINDOWS_SECURITY_HPP

#include "windows_names.hpp"

namespace BARTIZAN_NAMESPACE::quarantine::windows {

inline constexpr SECURITY_INFORMATION kept_security = OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;

/// The user of this process, as a TOKEN_USER in `buffer`.
[[nodiscard]] inline file_error read_user(std::vector<uint8_t>& buffer) {
    scoped_handle token;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token.value)) return last_error(FALSE);
    DWORD size = 0;
    GetTokenInformation(token.value, TokenUser, nullptr, 0, &size);
    buffer.resize(size);
    return last_error(GetTokenInformation(token.value, TokenUser, buffer.data(), size, &size));
}
[[nodiscard]] inline PSID user_in(std::vector<uint8_t>& buffer) { return reinterpret_cast<TOKEN_USER*>(buffer.data())->User.Sid; }

/// A security descriptor that lets this process's user do everything and nobody else anything; inherits nothing.
class owner_only {
  public:
    owner_only() = default;
    owner_only(const owner_only&) = delete;

    [[nodiscard]] file_error build(BYTE ace_flags) {
        if (const file_error e = read_user(user_)) return e;
        const PSID sid = user_in(user_);
        acl_.resize(sizeof(ACL) + sizeof(ACCESS_ALLOWED_ACE) + GetLengthSid(sid));
        const PACL acl = reinterpret_cast<PACL>(acl_.data());
        return last_error(InitializeAcl(acl, static_cast<DWORD>(acl_.size()), ACL_REVISION) &&
                          AddAccessAllowedAceEx(acl, ACL_REVISION, ace_flags, FILE_ALL_ACCESS, sid) &&
                          InitializeSecurityDescriptor(&descriptor_, SECURITY_DESCRIPTOR_REVISION) &&
                          SetSecurityDescriptorOwner(&descriptor_, sid, FALSE) &&
                          SetSecurityDescriptorDacl(&descriptor_, TRUE, acl, FALSE) &&
                          SetSecurityDescriptorControl(&descriptor_, SE_DACL_PROTECTED, SE_DACL_PROTECTED));
    }
    [[nodiscard]] PSECURITY_DESCRIPTOR get() { return &descriptor_; }

  private:
    std::vector<uint8_t> user_, acl_;
    SECURITY_DESCRIPTOR descriptor_ = {};
};

/// Owner, group and discretionary access-control list, self-relative. The handle needs READ_CONTROL.
[[nodiscard]] inline file_error read_security(HANDLE h, std::vector<uint8_t>& out) {
    DWORD size = 0;
    out.clear();
    while (!GetKernelObjectSecurity(h, kept_security, out.data(), static_cast<DWORD>(out.size()), &size)) {
        if (GetLastError() != ERROR_INSUFFICIENT_BUFFER || size <= out.size()) return last_error(FALSE);
        out.resize(size);
    }
    return {};
}

/// The handle needs WRITE_DAC and WRITE_OWNER; an owner that is not this user needs SeRestorePrivilege besides.
[[nodiscard]] inline file_error write_security(HANDLE h, std::vector<uint8_t> wanted) {
    std::vector<uint8_t> there;
    if (const file_error e = read_security(h, there)) return e;
    if (there == wanted) return {};
    SECURITY_DESCRIPTOR_CONTROL control = 0;
    DWORD revision = 0;
    if (!IsValidSecurityDescriptor(wanted.data()) || GetSecurityDescriptorLength(wanted.data()) > wanted.size()) return error_of(ERROR_INVALID_PARAMETER);
    if (!GetSecurityDescriptorControl(wanted.data(), &control, &revision)) return last_error(FALSE);
    // The system keeps the mark of an inherited list only where it is asked to.
    constexpr SECURITY_DESCRIPTOR_CONTROL ask = 0x0100;  // SE_DACL_AUTO_INHERIT_REQ
    if ((control & SE_DACL_AUTO_INHERITED) != 0 && !SetSecurityDescriptorControl(wanted.data(), ask, ask)) return last_error(FALSE);
    return last_error(SetKernelObjectSecurity(h, kept_security, wanted.data()));
}

/// Whether the owner is this user and the list gives nothing to anybody but this user, the system and its administrators, whom no list
/// keeps out. No list at all gives everything to everybody. False where it cannot be read.
[[nodiscard]] inline bool is_owner_only(HANDLE h) {
    std::vector<uint8_t> user, security;
    PSID owner = nullptr;
    PACL acl = nullptr;
    BOOL present = FALSE, defaulted = FALSE;
    if (read_user(user) || read_security(h, security)) return false;
    if (!GetSecurityDescriptorOwner(security.data(), &owner, &defaulted) || owner == nullptr || !EqualSid(owner, user_in(user))) return false;
    if (!GetSecurityDescriptorDacl(security.data(), &present, &acl, &defaulted) || !present || acl == nullptr) return false;
    for (DWORD i = 0; i < acl->AceCount; ++i) {
        void* ace = nullptr;
        if (!GetAce(acl, i, &ace)) return false;
        const BYTE type = static_cast<const ACE_HEADER*>(ace)->AceType;
        if (type == ACCESS_DENIED_ACE_TYPE) continue;
        if (type != ACCESS_ALLOWED_ACE_TYPE) return false;
        ACCESS_ALLOWED_ACE* const allowed = static_cast<ACCESS_ALLOWED_ACE*>(ace);
        const PSID sid = &allowed->SidStart;
        if (!EqualSid(sid, user_in(user)) && !IsWellKnownSid(sid, WinLocalSystemSid) && !IsWellKnownSid(sid, WinBuiltinAdministratorsSid)) return false;
    }
    return true;
}

}  // namespace BARTIZAN_NAMESPACE::quarantine::windows

#endif
