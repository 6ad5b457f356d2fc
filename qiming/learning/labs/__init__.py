"""Labs: free play outside lessons, the words of evidence, the class's gallery, the teacher's grid."""
